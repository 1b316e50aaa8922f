"""Data that the demo imports."""
