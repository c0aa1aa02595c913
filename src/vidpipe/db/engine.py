"""Opens the database, brings it to this program's revision, and hands out sessions.

On SQLite a transaction begins with its first write (`BEGIN IMMEDIATE`) and not before: what only reads holds
nothing and sees what others have just written, and two writers wait for each other instead of failing. A
savepoint counts as a write. Deliberately not here: queries.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from vidpipe.db.faults import as_database_error
from vidpipe.errors import DatabaseError

__all__ = ["BUSY_TIMEOUT_S", "HEAD", "Database", "Session", "open_database"]

BUSY_TIMEOUT_S = 20.0
"""How long a writer waits for another one; each of ours writes for milliseconds."""

HEAD = "0001"
"""The newest revision under `migrations`; a test holds the two together."""

MIGRATIONS = Path(__file__).parent / "migrations"

ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
"""The driver for an address that names none."""

VERSION_TABLE = "alembic_version"

READING = ("SELECT", "PRAGMA", "EXPLAIN", "BEGIN", "WITH")
"""First words of statements that need no transaction; `WITH` here only ever begins a query."""


class Session(AsyncSession):
    """A session whose rows can be read after a commit and after a rollback."""

    async def rollback(self) -> None:
        """Undo what was not committed; every row is then as the disk has it, with the parts it was read with.

        SQLAlchemy only forgets what it knew of the rows and reads it again when it is asked for, which an
        asynchronous program cannot do in passing.
        """
        known = list(self.identity_map.values())
        await super().rollback()
        with contextlib.suppress(DatabaseError):  # what made the caller undo is what must be told
            for row in known:
                if row in self:
                    await self._read_again(row)
            await self.commit()

    async def _read_again(self, row: object) -> None:
        try:
            await self.refresh(row)
        except InvalidRequestError:  # somebody else has deleted it
            self.expunge(row)


@dataclass(frozen=True)
class Database:
    """An open database."""

    engine: AsyncEngine
    where: str
    """As a person knows it: the file, or the address without its password."""

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A session whose rows can still be read after a commit; what was not committed is undone at its end.

        Raises:
            DatabaseError: The database is locked, cannot be written, or its disk is full.
        """
        make = async_sessionmaker(self.engine, class_=Session, expire_on_commit=False)
        with told_plainly(self.where):
            async with make() as session:
                yield session


@contextlib.asynccontextmanager
async def open_database(
    where: str | Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> AsyncIterator[Database]:
    """The database at a path or an address, made or brought up to date first.

    Raises:
        DatabaseError: It cannot be opened, belongs to another program, or was made by a newer vidpipe.
    """
    url, name = _address(where)
    with told_plainly(name):
        try:
            engine = create_async_engine(url)
        except (NoSuchModuleError, ImportError) as error:
            raise DatabaseError(
                f"This kind of database needs a driver that is not installed: {error}.",
                name,
                "Install it, or leave the address out: vidpipe then keeps a file of its own.",
            ) from error
        try:
            _listen(engine, name, busy_timeout_s)
            await _bring_up_to_date(engine, name, busy_timeout_s)
            yield Database(engine, name)
        finally:
            await engine.dispose()


@contextlib.contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Turn a failure of the database itself into one message; other errors pass as they are."""
    try:
        yield
    except DBAPIError as error:
        told = as_database_error(error, where)
        if told is None:
            raise
        raise told from error


def _address(where: str | Path) -> tuple[URL, str]:
    if isinstance(where, str) and "://" in where:
        try:
            url = make_url(where)
        except ArgumentError as error:
            raise DatabaseError(
                "This is no address of a database.", where, "Write it as `kind://user@host/name`, or a path."
            ) from error
        url = url.set(drivername=ASYNC_DRIVERS.get(url.drivername, url.drivername))
        return url, url.render_as_string(hide_password=True)
    path = Path(os.path.abspath(where))  # noqa: PTH100 - a link stays the link that was named
    if path.is_dir():
        raise DatabaseError(
            "A folder is in the database's way.", path, "Move it, or choose another data folder."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"The database's folder cannot be made: {error.strerror}.",
            path.parent,
            "Choose another data folder.",
        ) from error
    return URL.create("sqlite+aiosqlite", database=str(path)), str(path)


def _listen(engine: AsyncEngine, where: str, busy_timeout_s: float) -> None:
    """Have every connection set up alike and every failure told plainly where it happens."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def _tell(context: ExceptionContext) -> None:
        told = as_database_error(context.original_exception, where)
        if told is not None:
            raise told from context.original_exception

    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: Any, record: Any) -> None:  # noqa: ARG001 - SQLAlchemy's signature
        connection.isolation_level = None  # the driver begins nothing by itself; `_begin` does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {round(busy_timeout_s * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # an intent that is committed must survive a power cut, or a clip could be paid for twice
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _begin(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip()[:8].upper().startswith(READING):
            return
        raw = connection.connection.driver_connection
        if raw is not None and not raw.in_transaction:
            cursor.execute("BEGIN IMMEDIATE")


async def _bring_up_to_date(engine: AsyncEngine, where: str, patience_s: float) -> None:
    async with engine.connect() as connection:
        found = await connection.run_sync(_revision, where)
    if found == HEAD:
        return
    if engine.dialect.name == "sqlite":
        await _write_ahead(engine, patience_s)
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        # looked at again under the lock: another process may have been first
        if await connection.run_sync(_revision, where) != HEAD:
            await connection.run_sync(_migrate, where)
            await connection.commit()


async def _write_ahead(engine: AsyncEngine, patience_s: float) -> None:
    """Let readers go on while another writes; kept in the file. SQLite does not wait here, so we do."""
    pause_s = 0.02
    for _ in range(max(1, round(patience_s / pause_s))):
        async with engine.connect() as connection:
            try:
                await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            except DatabaseError as error:
                if "locked" not in error.happened:
                    raise
                await asyncio.sleep(pause_s)
                continue
            return
    async with engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _revision(connection: Connection, where: str) -> str | None:
    """The revision that the database is at; None for an empty one."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            raise DatabaseError(
                "This database belongs to another program.", where, "Choose another data folder."
            )
        return None
    row = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").first()  # noqa: S608 - our own name
    return None if row is None else str(row[0])


def _migrate(connection: Connection, where: str) -> None:
    """Run the revisions that are missing, all or none."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    script = ScriptDirectory(str(MIGRATIONS))

    def upgrade(revision: Any, _: Any) -> Any:
        try:
            return script._upgrade_revs("head", revision)  # noqa: SLF001 - as alembic's own `upgrade` does
        except CommandError as error:
            raise DatabaseError(
                "This database was made by a newer vidpipe; it was left as it is.",
                where,
                "Install the newer vidpipe, or choose another data folder.",
            ) from error

    with EnvironmentContext(Config(), script, fn=upgrade, destination_rev="head") as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
