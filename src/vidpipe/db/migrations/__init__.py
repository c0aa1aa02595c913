"""Revisions of the database's tables, oldest first, each in its own file under `versions`.

A new one: `versions/r<number>_<what>.py` with `revision`, `down_revision` and `upgrade`; a test compares what
all of them make with the tables as they are declared, and names each difference.
"""
