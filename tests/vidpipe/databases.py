"""A database for a test: opened, used in one session, closed."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from vidpipe.db import projects
from vidpipe.db.engine import Session, open_database

T = TypeVar("T")


def in_database(path: Path, work: Callable[[Session], Awaitable[T]], *, busy_timeout_s: float = 20.0) -> T:
    """What `work` returns in a session of the database at `path`; committed at its end."""

    async def whole() -> T:
        async with (
            open_database(path, busy_timeout_s=busy_timeout_s) as database,
            database.session() as session,
        ):
            result = await work(session)
            await session.commit()
            return result

    return asyncio.run(whole())


def rows_of(path: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in the database's file, asked past our own code."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


async def add_project(session: Session) -> str:
    """The id of a new project called The kite."""
    return (await projects.create_project(session, title="The kite")).id
