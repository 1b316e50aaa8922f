"""Afteraction: a sales organisation learns from every deal."""

__version__ = "0.1.0"
