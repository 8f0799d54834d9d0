"""What must hold when the machine, the disk or a server gives way in the middle of a run.

`make test` tries a part of it; `python -m tests.crash` kills at every mutating system call, and prints a table.
"""
