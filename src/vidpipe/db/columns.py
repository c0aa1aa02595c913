"""What every table is declared with: ids, times in UTC, words of an enumeration, JSON, names of constraints.

Nothing here that SQLite takes and PostgreSQL would refuse, or the other way round.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LETTERS = 32
"""An id is a random UUID in hexadecimal, made here and not by the database."""

WORD_LETTERS = 32
"""Room for a word of an enumeration; longer than any, so that a new word needs no migration."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names, so that a later migration can drop one by name on every database."""


class Table(DeclarativeBase):
    """What every table stands on."""

    metadata = MetaData(naming_convention=NAMING)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; databases that keep no zone give it back with one all the same."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The moment in UTC; one without a zone is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment for the database needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The moment with UTC said."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This moment in UTC. For records only: nothing that is made may depend on it."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that no other row bears. For naming only: no seed may come from it."""
    return uuid.uuid4().hex


def words(kind: type[StrEnum]) -> Enum:
    """A column type for the words of an enumeration, stored as they are written."""
    return Enum(
        kind,
        native_enum=False,
        length=WORD_LETTERS,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def id_column() -> Mapped[str]:
    """A row's own id."""
    return mapped_column(String(ID_LETTERS), primary_key=True, default=new_id)


def owner_column(table: str) -> Mapped[str]:
    """The row that this one belongs to and goes with."""
    return mapped_column(String(ID_LETTERS), ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True)


def link_column(table: str, *, ondelete: str = "SET NULL", closes_circle: bool = False) -> Mapped[str | None]:
    """A row that this one may name, and outlives unless `ondelete` says otherwise.

    Args:
        table: Where that row stands.
        ondelete: What becomes of this row when that one goes.
        closes_circle: Whether that table names this one too; the constraint is then made after both.
    """
    key = ForeignKey(f"{table}.id", ondelete=ondelete, use_alter=closes_circle)
    return mapped_column(String(ID_LETTERS), key, index=True, default=None)


def time_column() -> Mapped[datetime]:
    """When the row was written first."""
    return mapped_column(UtcTime(), default=now)


def list_column() -> Mapped[list[Any]]:
    """A list as JSON that notices what is appended to it."""
    return mapped_column(MutableList.as_mutable(JSON()), default=list)


def dict_column() -> Mapped[dict[str, Any]]:
    """An object as JSON that notices what is set in it."""
    return mapped_column(MutableDict.as_mutable(JSON()), default=dict)


def value_column() -> Mapped[Any]:
    """A JSON value or NULL, replaced as a whole; what is changed inside it is not noticed."""
    return mapped_column(JSON(none_as_null=True), nullable=True, default=None)
