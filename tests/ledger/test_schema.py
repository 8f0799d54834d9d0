"""The tables: those of the code are those of the migrations; how the ledger is opened, and when it is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import sqlite

from tracker.errors import LedgerError, MachineError
from tracker.ledger import store
from tracker.ledger.schema import Instant, Values, metadata
from tracker.ledger.store import HEAD_REVISION, open_ledger

DIALECT = sqlite.dialect()


def test_code_and_migrations_agree(tmp_path: Path) -> None:
    engine = open_ledger(tmp_path / "ledger.sqlite3")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_there_is_one_head_and_the_store_knows_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD_REVISION]


def test_pragmas(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3").connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "trusted_schema")
        }
    assert found == {
        "journal_mode": "delete",
        "synchronous": 3,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    open_ledger(path).dispose()
    before = path.read_bytes()
    open_ledger(path).dispose()
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.sqlite3"], "no journal is left"


@pytest.mark.parametrize(
    "contents", [b"this is no database, but a text of some length" * 40, b"SQLite format 3\x00" + bytes(20)]
)
def test_a_damaged_ledger_is_refused(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(contents)
    with pytest.raises(LedgerError) as refused:
        open_ledger(path)
    assert refused.value.key == "ledger_unusable"
    assert path.read_bytes() == contents


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    engine = open_ledger(path)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(LedgerError) as refused:
        open_ledger(path)
    assert refused.value.key == "ledger_unusable"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as told:
        open_ledger(tmp_path / "nowhere" / "ledger.sqlite3")
    assert told.value.key == "not_writable"


@pytest.mark.parametrize("path", [r"\\server\share\ledger.sqlite3", "//server/share/ledger.sqlite3"])
def test_a_network_path_is_refused(path: str) -> None:
    with pytest.raises(LedgerError) as refused:
        open_ledger(Path(path) if path.startswith("\\") else _Slashed(path))
    assert refused.value.key == "ledger_on_network"


class _Slashed(type(Path())):  # type: ignore[misc]
    """A path whose text keeps both slashes, as on Windows."""

    def __str__(self) -> str:
        return "//server/share/ledger.sqlite3"


@pytest.mark.parametrize(
    ("kind", "is_refused"), [("nfs4", True), ("cifs", True), ("ext4", False), ("fuse.sshfs", True)]
)
def test_a_mounted_share_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_refused: bool
) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\nproc /proc proc rw 0 0\n"
    really_read = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda self, *a: mounts if str(self) == "/proc/mounts" else really_read(self, *a)
    )
    assert store.is_on_network(tmp_path / "home" / "ledger.sqlite3") is is_refused


def test_a_foreign_key_is_kept(tmp_path: Path) -> None:
    engine = open_ledger(tmp_path / "ledger.sqlite3")
    with pytest.raises(Exception, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text("insert into decision values (1, 99, 'refused', '', '')"))


# --- kinds of column --------------------------------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), plain, max_size=4))
def test_values_come_back_as_they_were(values: dict[str, Any]) -> None:
    kind = Values()
    written = kind.process_bind_param(values, DIALECT)
    assert kind.process_result_value(written, DIALECT) == values


def test_what_is_no_plain_value_is_refused() -> None:
    with pytest.raises(TypeError):
        Values().process_bind_param({"a": object()}, DIALECT)


def test_tuples_become_lists_and_days_stay_days() -> None:
    kind = Values()
    found = kind.process_result_value(kind.process_bind_param({"a": (date(2025, 3, 20), "x")}, DIALECT), DIALECT)
    assert found == {"a": [date(2025, 3, 20), "x"]}


@given(st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC)), st.integers(-12, 14))
def test_instants_come_back_and_sort_as_text(moment: datetime, hours: int) -> None:
    kind = Instant()
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    written = kind.process_bind_param(elsewhere, DIALECT)
    assert written is not None
    assert kind.process_result_value(written, DIALECT) == moment
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", written)
    later = kind.process_bind_param(moment + timedelta(microseconds=1), DIALECT)
    assert later is not None
    assert written < later


def test_an_instant_may_be_missing() -> None:
    assert Instant().process_bind_param(None, DIALECT) is None
    assert Instant().process_result_value(None, DIALECT) is None


def test_a_new_answer_key_needs_no_migration() -> None:
    """Answers are one column; no table names a column of the form."""
    from tracker.columns import ANSWERED

    names = {column.name for table in metadata.sorted_tables for column in table.columns}
    assert names & {column.key for column in ANSWERED} == set()


def test_an_unmigrated_database_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    create_engine(f"sqlite:///{path}").connect().close()
    engine = open_ledger(path)
    with engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalar() == HEAD_REVISION


def test_a_ledger_without_remarks_gets_their_tables_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    engine = open_ledger(path)
    with engine.begin() as connection:
        for statement in (
            "drop table remark",
            "drop table copy",
            "alter table submission drop column kind",
            "update alembic_version set version_num = '0003'",
            "insert into file values ('a', 1, 'p')",
            "insert into arrival values (1, 'a', 'n', 'folder', 'k', '2025', null, '2025')",
            "insert into submission values (7, 'a', 1, 'stc', '2025-03', 'accepted', 0, '2025', null, 'xlsx', '{}', 0)",
        ):
            connection.execute(text(statement))
    engine.dispose()
    with open_ledger(path).connect() as connection:
        assert connection.execute(text("select id, agency, kind from submission")).all() == [(7, "stc", "return")]
        assert connection.execute(text("select version_num from alembic_version")).scalar() == HEAD_REVISION
