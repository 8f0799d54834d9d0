"""`tracker.toml`: what an office may set. Unknown keys are refused; every mistake is listed at once."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tracker.errors import ConfigError
from tracker.texts import Said

_ADDRESS = re.compile(r"(?:[^<>]*<)?[^@\s<>,;]+@[^@\s<>,;]+>?")
_PLACE = re.compile(r"line (\d+), column (\d+)")

MARKED_FOLDER = "phan-hoi"
"""Of a period's outputs: the marked returns."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _listed(cls, value: Any, info: ValidationInfo) -> Any:
        """A list may be given as plain text, as the environment has it: its entries are divided by commas."""
        wanted = cls.model_fields[info.field_name or ""].annotation
        if not isinstance(value, str) or get_origin(wanted) is not tuple:
            return value
        with suppress(ValueError):
            return json.loads(value)
        return [entry.strip() for entry in value.split(",") if entry.strip()]


def _addresses(found: tuple[str, ...]) -> tuple[str, ...]:
    for each in found:
        if not _ADDRESS.fullmatch(each.strip()):
            raise PydanticCustomError("address", "no address: {value}", {"value": each})
    return found


Addresses = Annotated[tuple[str, ...], AfterValidator(_addresses)]
"""Mail addresses, with or without the name of who they are of."""


class Office(_Section):
    """Who issues the report and how it is headed (decree 30/2020, appendix I)."""

    parent: str = "UBND TỈNH HẢI DƯƠNG"
    name: str = "VĂN PHÒNG"
    full_name: str = "Văn phòng UBND tỉnh"
    symbol: str = "BC-VP"
    place: str = "Hải Dương"
    receiver: str = "Ủy ban nhân dân tỉnh"
    signer: tuple[str, ...] = ("CHÁNH VĂN PHÒNG",)
    recipients: tuple[str, ...] = (
        "Như trên",
        "Sở Khoa học và Công nghệ",
        "Các sở, ban, ngành",
        "UBND các huyện, thị xã, thành phố",
    )
    archive: str = "VT"


class Schedule(_Section):
    """The monthly routine, in local time. Days of `remind_before` are working days before the effective day (0: the day
    itself); `remind_after`: how many working days after it the missing are reminded once more each.
    """

    report_day: int = Field(default=20, ge=1, le=28)
    open_hour: int = Field(default=8, ge=0, le=23)
    remind_hour: int = Field(default=8, ge=0, le=23)
    report_hour: int = Field(default=17, ge=0, le=23)
    collect_hours: tuple[int, ...] = (7, 11, 16)
    busy_days: int = Field(
        default=3, ge=0, description="working days up to the effective day with a collection an hour"
    )
    remind_before: tuple[int, ...] = (3, 1, 0)
    remind_after: int = Field(default=5, ge=0, le=31)


Security = Literal["tls", "starttls", "none"]


class Mail(_Section):
    """The office's mailbox; an empty `address` switches mail off. Passwords and tokens come from the environment only.

    `auth_server` is the name under which the office's own server writes Authentication-Results ("": not read);
    `done_folder`: where a mail goes once it is recorded ("": it stays). `per_minute` and `per_run` bound letters,
    `per_sender_day` the receipts one address gets in a day.
    """

    address: str = ""
    name: str = "Văn phòng UBND tỉnh"
    imap_host: str = ""
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_security: Security = "tls"
    imap_user: str = ""
    folder: str = "INBOX"
    done_folder: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Security = "starttls"
    smtp_user: str = ""
    auth_server: str = ""
    report_to: Addresses = ()
    alarm_to: Addresses = ()
    per_minute: int = Field(default=30, ge=1)
    per_run: int = Field(default=200, ge=1)
    per_sender_day: int = Field(default=20, ge=1)


@dataclass(frozen=True, slots=True)
class MailSecrets:
    """What opens the mailbox: from the environment, for this run only; never stored, never shown."""

    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def mail_secrets(environment: Mapping[str, str] = os.environ) -> MailSecrets:
    """TRACKER_MAIL_PASSWORD, or TRACKER_MAIL_TOKEN (OAuth bearer), which wins."""
    return MailSecrets(environment.get("TRACKER_MAIL_PASSWORD", ""), environment.get("TRACKER_MAIL_TOKEN", ""))


class Checks(_Section):
    """`trial`: rules that only warn for now; `deadline_is_strict`: "trước ngày X" leaves X out."""

    trial: tuple[str, ...] = ()
    deadline_is_strict: bool = False


class Limits(_Section):
    """What may be opened, and how long it may take; per file."""

    max_megabytes: int = Field(default=20, ge=1)
    seconds: float = Field(default=20, gt=0)
    memory_megabytes: int = Field(default=1024, ge=256)
    workers: int = Field(default=0, ge=0, description="0: as many as the machine has cores")
    settle_seconds: float = Field(default=10, ge=0)


class Ledger(_Section):
    """`url` empty: SQLite in the workspace; a PostgreSQL URL otherwise."""

    url: str = ""


class Settings(BaseSettings):
    """The whole of `tracker.toml`; environment variables `TRACKER_<SECTION>__<KEY>` win over the file."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="TRACKER_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        enable_decoding=False,  # lists are plain text, `_Section` divides them
    )
    office: Office = Office()
    schedule: Schedule = Schedule()
    mail: Mail = Mail()
    checks: Checks = Checks()
    limits: Limits = Limits()
    ledger: Ledger = Ledger()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load_settings(path: Path) -> Settings:
    """Settings of a workspace; a missing file means the defaults. ConfigError lists every mistake."""
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        return Settings(**given)
    except UnicodeDecodeError as error:
        raise ConfigError("config_syntax", path=str(path), why=Said("setting.encoding")) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("config_syntax", path=str(path), why=_syntax(str(error))) from error
    except ValidationError as error:
        raise ConfigError("config_invalid", path=str(path), why=tuple(map(_mistake, error.errors()))) from error


def _syntax(why: str) -> Said:
    """Where the parser stopped; its own words are English."""
    place = _PLACE.search(why)
    if not place:
        return Said("setting.syntax_somewhere")
    return Said("setting.syntax", {"line": int(place[1]), "column": int(place[2])})


_MISTAKES = {
    "extra_forbidden": "unknown",
    "int_parsing": "whole_number",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "float_parsing": "number",
    "float_type": "number",
    "bool_parsing": "yes_or_no",
    "bool_type": "yes_or_no",
    "string_type": "text",
    "tuple_type": "list",
    "model_type": "section",
    "greater_than_equal": "at_least",
    "greater_than": "more_than",
    "less_than_equal": "at_most",
    "literal_error": "one_of",
    "address": "address",
}
"""Kinds of pydantic's errors, and the sentence for each (`setting.<key>`)."""
_LIMITS = ("ge", "gt", "le")


def _mistake(error: Mapping[str, Any]) -> Said:
    context = error.get("ctx", {})
    facts = {
        "name": ".".join(map(str, error["loc"])),
        "value": str(context.get("value", error["input"]))[:60],
        "limit": next((context[key] for key in _LIMITS if key in context), ""),
        "choices": re.findall("'([^']*)'", str(context.get("expected", ""))),
    }
    return Said(f"setting.{_MISTAKES.get(error['type'], 'wrong')}", facts)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of one office; `home` holds `tracker.toml`. `waiting`: where files wait, if not in its own inbox."""

    home: Path
    waiting: Path | None = None

    @property
    def config(self) -> Path:
        return self.home / "tracker.toml"

    @property
    def books(self) -> Path:
        """The record: back it up."""
        return self.home / "workbooks"

    @property
    def outputs(self) -> Path:
        """Rebuildable at any time."""
        return self.home / "outputs"

    @property
    def master(self) -> Path:
        return self.books / "master.xlsx"

    @property
    def blank_form(self) -> Path:
        return self.books / "bieu-mau-chuan.xlsx"

    @property
    def base(self) -> Path:
        """The report's base document, which the office may restyle."""
        return self.books / "mau-bao-cao.docx"

    @property
    def inbox(self) -> Path:
        return self.waiting or self.books / "inbox"

    @property
    def archive(self) -> Path:
        return self.books / "archive"

    @property
    def ledger(self) -> Path:
        return self.books / "ledger.sqlite3"

    @property
    def key(self) -> Path:
        return self.books / ".tracker-key"

    @property
    def lock(self) -> Path:
        return self.books / ".tracker-lock"

    def forms(self, period: str) -> Path:
        return self.books / "forms" / period

    def form(self, period: str, agency: str) -> Path:
        return self.forms(period) / f"{period}_{agency}.xlsx"

    def out(self, period: str) -> Path:
        return self.outputs / period

    def marked(self, period: str) -> Path:
        return self.out(period) / MARKED_FOLDER
