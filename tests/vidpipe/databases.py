"""A database for a test: opened, used in one session, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

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
