"""A dry run does everything on a copy: it tells what the real one then tells and writes, and nothing comes of it."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.crash.scene import MARCH, NOW, Scene, scene
from tests.support.command import tracker
from tests.support.imap import PASSWORD
from tests.support.workspace import Place
from tracker.actions import rehearsed, write_forms, write_marked
from tracker.ledger import outbox, queries
from tracker.ledger.store import dump


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("rehearsal")) as found:
        yield found


@pytest.fixture
def place(made: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Three mails and two files wait; the period is open."""
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", PASSWORD)
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "thu")
    found = made.set(tmp_path / "home")
    write_forms(found.office("2025-03-03T08:00"), MARCH)
    return found


def there(place: Place) -> dict[str, bytes]:
    return {name: data for name, data in place.tree().items() if "logs" not in Path(name).parts}


def said(place: Place, *words: str) -> Any:
    ran = tracker(*words, "--home", place.home, "--now", NOW, "--lang", "en")
    assert ran.status == 0, ran.err
    return ran


def delivered(made: Scene) -> list[dict[str, Any]]:
    """What the server took, told as a dry run tells it."""
    found = []
    for each in made.smtp.mails:
        mail = email.message_from_bytes(each.data, policy=default)
        body = mail.get_body(("plain",))
        files = [(part.get_filename(), part.get_payload(decode=True)) for part in mail.iter_attachments()]
        assert body
        found.append(
            {
                "to": str(mail["To"]),
                "subject": mail["Subject"],
                "text": body.get_content().strip(),
                "attachments": [name for name, _ in files],
                "in_reply_to": mail["In-Reply-To"],
            }
        )
    return found


def shown(letters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "to": ", ".join(each["to"]),
            "subject": each["subject"],
            "text": each["text"].strip(),
            "attachments": [file["name"] for file in each["attachments"]],
            "in_reply_to": each["in_reply_to"],
        }
        for each in letters
    ]


def test_what_a_run_would_do_it_then_does(made: Scene, place: Place) -> None:
    before, box = there(place), made.imap.state()
    tried = said(place, "run", "--dry-run", "--json").json
    assert (there(place), made.imap.state(), made.smtp.mails) == (before, box, [])
    done = said(place, "run", "--json").json
    assert shown(tried.pop("letters")) == delivered(made)
    assert tried == done
    assert [len(each["attachments"]) for each in delivered(made)] == [1, 2, 0, 2]  # three receipts and the report


def test_people_see_every_letter_whole(made: Scene, place: Place) -> None:
    told = said(place, "collect", "--dry-run")
    letters = said(place, "collect", "--dry-run", "--json").json[-3:]
    assert "3 letters would go." in told.err
    for each in letters:
        assert each["text"].strip() in told.out
        assert f"To: {each['to'][0]}\nSubject: {each['subject']}\n" in told.out
    assert place.submissions() == ()


def test_the_timetable_is_rehearsed_too(made: Scene, place: Place) -> None:
    before = there(place)
    tried = said(place, "schedule", "run", "--once", "--dry-run", "--json").json
    assert there(place) == before
    assert [(each["job"], each["state"]) for each in tried] == [
        (each["job"], each["state"]) for each in said(place, "schedule", "run", "--once", "--json").json
    ]


def test_letters_for_the_missing_are_shown_whole(place: Place) -> None:
    told = said(place, "remind", "--dry-run")
    letters = said(place, "remind", "--dry-run", "--json").json
    assert len(letters) == 3
    assert all(each["text"].strip() in told.out for each in letters)


@pytest.mark.parametrize("verb", [("remind",), ("forms", "--send")])
def test_what_went_is_not_shown_again(made: Scene, place: Place, verb: tuple[str, ...]) -> None:
    kinds = ("form", "reminder")
    before = said(place, *verb, "--dry-run", "--json").json
    assert any(each.get("kind") in kinds for each in before)
    said(place, *verb)
    after = said(place, *verb, "--dry-run", "--json").json
    assert not any(each.get("kind") in kinds for each in after)


def test_returns_that_wait_to_be_marked_are_read_where_they_lie(made: Scene, place: Place) -> None:
    """A run died between recording and marking."""
    said(place, "collect")
    for path in (place.home / "outputs/2025-03/phan-hoi").iterdir():
        path.unlink()
    before = there(place)
    with rehearsed(place.office(NOW)) as office:
        assert len(write_marked(office)) == 4
    assert there(place) == before


def test_a_ledger_elsewhere_is_copied_row_by_row(place: Place) -> None:
    said(place, "collect")
    ledger = place.home / "workbooks/ledger.sqlite3"
    ledger.rename(place.home / "elsewhere.sqlite3")
    config = place.home / "tracker.toml"
    config.write_text(
        config.read_text("utf-8") + f'[ledger]\nurl = "sqlite:///{place.home / "elsewhere.sqlite3"}"\n', "utf-8"
    )
    office = place.office(NOW)
    with rehearsed(office) as tried:
        assert dump(tried.engine) == dump(office.engine)
        assert queries.submissions_of(tried.engine)
        assert outbox.letters_of(tried.engine)
