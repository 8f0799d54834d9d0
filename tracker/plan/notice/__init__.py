"""Conclusion notices and plans, as offices have them → drafts of tasks for the master sheet.

`files` reads a file into lines; `draft` turns lines into a draft; `review` writes and reads the workbook a clerk
confirms; `tracker.plan.merge` takes the confirmed draft into the master sheet.
"""
