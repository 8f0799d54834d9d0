"""What people do to their forms, by kind, and whether each answer still is read on its task or its loss told.

`python -m tests.perturbations` prints the table: kind by writer, with the worst that happened.
"""
