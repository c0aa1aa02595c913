"""A database that cannot be used is told in one message, and left as it is."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest
from tests.vidpipe.databases import add_project, in_database, rows_of

from vidpipe.db import projects
from vidpipe.db.engine import Session, open_database
from vidpipe.errors import DatabaseError

pytestmark = pytest.mark.service


def test_a_locked_database_is_told_in_one_message_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    in_database(path, add_project)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="locked by another program") as told:
            in_database(path, add_project, busy_timeout_s=0.05)
        assert str(path) in str(told.value)
        other.execute("ROLLBACK")
    assert rows_of(path, "SELECT count(*) FROM projects") == [(1,)]


def test_a_database_locked_while_it_is_made_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="locked by another program"):
            in_database(path, add_project, busy_timeout_s=0.05)
        other.execute("ROLLBACK")
    in_database(path, add_project)
    assert rows_of(path, "SELECT count(*) FROM projects") == [(1,)]


def test_a_database_that_cannot_be_written_is_told_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    project_id = in_database(path, add_project)

    async def work() -> str:
        async with (
            open_database(f"sqlite:///file:{path}?mode=ro&uri=true") as database,
            database.session() as session,
        ):
            title = (await projects.find_project(session, project_id)).title
            with pytest.raises(DatabaseError, match="cannot be written"):
                await add_project(session)
            return title

    assert asyncio.run(work()) == "The kite"


def test_a_full_disk_is_told_and_what_was_stored_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    in_database(path, add_project)

    async def fill(session: Session) -> None:
        connection = await session.connection()
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        await projects.create_project(session, source_text="x" * 200_000)

    with pytest.raises(DatabaseError, match="disk of the database is full"):
        in_database(path, fill)
    assert rows_of(path, "SELECT title FROM projects") == [("The kite",)]
    assert rows_of(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_newer_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    in_database(path, add_project)
    with contextlib.closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(DatabaseError, match="made by a newer vidpipe"):
        in_database(path, add_project)
    assert rows_of(path, "SELECT version_num FROM alembic_version") == [("9999",)]
    assert rows_of(path, "SELECT count(*) FROM projects") == [(1,)]


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photos (name TEXT)")
        other.commit()
    with pytest.raises(DatabaseError, match="belongs to another program"):
        in_database(path, add_project)
    assert rows_of(path, "SELECT name FROM sqlite_master") == [("photos",)]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda path: path.write_text("<html>no database</html>" * 100), "This file is not a database"),
        (lambda path: path.mkdir(), "A folder is in the database's way"),
    ],
)
def test_what_is_no_database_is_told(tmp_path: Path, made, told: str) -> None:
    path = tmp_path / "a.db"
    made(path)
    with pytest.raises(DatabaseError, match=told):
        in_database(path, add_project)


def test_a_damaged_database_is_told_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def many(session: Session) -> None:
        for number in range(40):
            await projects.create_project(session, title=f"{number}", source_text="word " * 2000)

    in_database(path, many)
    whole = bytearray(path.read_bytes())
    page = int.from_bytes(whole[16:18], "big")
    for at in range(page, len(whole)):
        whole[at] ^= 0xA5
    path.write_bytes(whole)
    with pytest.raises(DatabaseError, match="damaged"):
        in_database(path, lambda session: projects.list_projects(session, 100))
    assert path.read_bytes() == bytes(whole)


def test_a_folder_that_cannot_be_made_and_an_address_without_a_driver_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseError, match="folder cannot be made"):
        in_database(tmp_path / "file" / "a.db", add_project)

    async def open_address(address: str) -> None:
        async with open_database(address):
            pass

    with pytest.raises(DatabaseError, match="no address of a database"):
        asyncio.run(open_address("://"))
    with pytest.raises(DatabaseError, match="needs a driver") as told:
        asyncio.run(open_address("oddbase://me:secret@127.0.0.1/x"))
    assert "secret" not in str(told.value)
