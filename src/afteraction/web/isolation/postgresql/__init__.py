"""Django's PostgreSQL, whose every statement is told whose rows it may see."""
