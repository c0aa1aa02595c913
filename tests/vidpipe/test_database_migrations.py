"""Migrations make the tables as they are declared, and an older database keeps all that is in it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from tests.vidpipe.databases import add_project, in_database, rows_of

from vidpipe.db.engine import HEAD, MIGRATIONS, open_database
from vidpipe.db.models import Table

pytestmark = pytest.mark.service


def test_the_migrations_make_the_tables_as_they_are_declared(tmp_path: Path) -> None:
    async def differences() -> list[object]:
        async with open_database(tmp_path / "a.db") as database, database.engine.connect() as connection:
            return await connection.run_sync(
                lambda bound: compare_metadata(
                    MigrationContext.configure(
                        bound, opts={"compare_type": True, "compare_server_default": True}
                    ),
                    Table.metadata,
                )
            )

    assert asyncio.run(differences()) == []


def test_the_migrations_make_every_key_and_what_becomes_of_a_row_when_its_owner_goes(tmp_path: Path) -> None:
    in_database(tmp_path / "a.db", add_project)
    for table in Table.metadata.sorted_tables:
        made = {
            (row[3], row[2], row[6])
            for row in rows_of(tmp_path / "a.db", f"PRAGMA foreign_key_list({table.name})")
        }
        declared = {(key.parent.name, key.column.table.name, key.ondelete) for key in table.foreign_keys}
        assert made == declared, table.name


def test_the_newest_revision_is_the_one_that_the_engine_asks_for() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_postgresql_would_take_every_table() -> None:
    for table in Table.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_a_migration_that_fails_half_way_leaves_the_database_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    (broken / "versions" / "r1.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer()))\n    raise ZeroDivisionError\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr("vidpipe.db.engine.MIGRATIONS", broken)
        with pytest.raises(ZeroDivisionError):
            in_database(path, add_project)
    assert rows_of(path, "SELECT name FROM sqlite_master") == []
    in_database(path, add_project)
    assert rows_of(path, "SELECT count(*) FROM projects") == [(1,)]


def test_an_older_database_is_brought_up_to_date_with_all_that_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    in_database(path, add_project)
    newer = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, newer, ignore=shutil.ignore_patterns("__pycache__"))
    (newer / "versions" / "r9998_next.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision = '9998'\ndown_revision = {HEAD!r}\n"
        "def upgrade():\n    op.add_column('projects', sa.Column('mood', sa.String(8)))\n"
    )
    monkeypatch.setattr("vidpipe.db.engine.MIGRATIONS", newer)
    monkeypatch.setattr("vidpipe.db.engine.HEAD", "9998")
    in_database(path, add_project)
    assert rows_of(path, "SELECT title, mood FROM projects") == [("The kite", None)] * 2
    assert rows_of(path, "SELECT version_num FROM alembic_version") == [("9998",)]
