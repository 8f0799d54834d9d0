"""`python -m tests.corpus FOLDER`: any folder of files through the gate, the reader and the checks, as `collect` would.

Nothing is archived or recorded. What is printed: how many files ended in which verdict and code, the slowest ten, the
ten that took most memory, and every file that could not be read, whose worker died, or whose examination failed. Exit
status 1 if one failed. Files are drawn as workers get free and forgotten when they are told of: any number will do.
"""
