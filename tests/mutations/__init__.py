"""Mistakes made on purpose in real forms: for every rule at least three ways to break it, each found where it is.

`python -m tests.mutations` prints the table: rule, ways, found, and whether clean forms stay clean.
"""
