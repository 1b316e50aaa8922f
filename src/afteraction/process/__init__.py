"""The sales process as text: parse, check, write, compare, compile to constraints."""
