"""Collects standard Excel forms, checks them, and turns them into one workbook and one report."""

__version__ = "0.1.0"
