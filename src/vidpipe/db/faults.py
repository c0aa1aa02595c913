"""What a database's own errors mean to a person: one message each, in one place."""

from __future__ import annotations

import sqlite3

from vidpipe.errors import DatabaseError

KEPT = "What was stored before is kept."


def as_database_error(error: BaseException | None, where: str) -> DatabaseError | None:
    """The message for a failure of the database itself; None where the statement was at fault.

    Args:
        error: What SQLAlchemy or the driver raised; causes are looked through.
        where: The database as a person knows it.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, DatabaseError):
            return seen
        if isinstance(seen, sqlite3.Error):
            return _of_sqlite(seen, where)
        if isinstance(seen, ConnectionError | TimeoutError):
            return DatabaseError("The database does not answer.", where, "Start it, then run again.")
        seen = getattr(seen, "orig", None) or seen.__cause__
    return None


def _of_sqlite(error: sqlite3.Error, where: str) -> DatabaseError | None:
    # extended codes carry the family in the low byte: SQLITE_READONLY_DIRECTORY is a SQLITE_READONLY
    family = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if family in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return DatabaseError(
            f"The database is locked by another program. {KEPT}",
            where,
            "Wait until the other program has finished, or end it, then run again.",
        )
    if family in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return DatabaseError(
            f"The database cannot be written. {KEPT}",
            where,
            "Give yourself the right to write to it and to its folder, or choose another data folder.",
        )
    if family == sqlite3.SQLITE_FULL:
        return DatabaseError(
            f"The disk of the database is full. {KEPT}", where, "Free some space, then run again."
        )
    if family == sqlite3.SQLITE_IOERR:
        return DatabaseError(
            f"The database's disk failed while reading or writing. {KEPT}",
            where,
            "Look at the disk and its free space, then run again.",
        )
    if family == sqlite3.SQLITE_CANTOPEN:
        return DatabaseError(
            "The database cannot be opened.",
            where,
            "Look whether its folder is there and may be written, or choose another data folder.",
        )
    if family == sqlite3.SQLITE_NOTADB:
        return DatabaseError(
            "This file is not a database.", where, "Move it away, or choose another data folder."
        )
    if family == sqlite3.SQLITE_CORRUPT:
        return DatabaseError(
            "The database is damaged; nothing in it was changed.",
            where,
            "Copy it to a safe place, then put a copy of yours back, or choose another data folder.",
        )
    return None
