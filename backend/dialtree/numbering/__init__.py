"""Telephone numbers as digits: reading, writing, ranges and search. Pure; knows no database."""
