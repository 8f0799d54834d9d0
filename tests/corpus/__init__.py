"""`python -m tests.corpus FOLDER`: any folder of files through the gate, the reader and the checks, as `collect` would.

Nothing is archived or recorded. What is printed: how many files ended in which verdict and code, the slowest ten, the
largest share of memory, and every file whose worker died or whose examination failed. Exit status 1 if one failed.
"""
