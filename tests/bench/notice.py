"""How long a notice of 20 pages takes, beside reading the same text once for every pattern a reader would need."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.bench.stopwatch import Pair, alternate, seconds
from tests.notices.figures import HERE
from tracker.plan.notice.draft import draft_notice

_PAGES, _WORDS_A_PAGE = 20, 420
_PATTERN = re.compile(r"\b(?:Giao|Sở|UBND|Công an|phối hợp|chủ trì|trước ngày)\b")
_PASSES = 100


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    pages: int
    tasks: int
    pair: Pair

    @property
    def seconds(self) -> float:
        return sorted(self.pair.ours)[len(self.pair.ours) // 2]


def long_notice(pages: int = _PAGES) -> list[str]:
    """The real notice again and again, every paragraph a little different, as long as so many pages."""
    lines = (HERE / "real" / "27-TB-UBND.txt").read_text("utf-8").splitlines()
    head, body = lines[:5], lines[5:]
    words = sum(len(line.split()) for line in body)
    times = -(-pages * _WORDS_A_PAGE // words)
    return head + [line.replace("Kế hoạch", f"Kế hoạch {n}") + f" ({n})" for n in range(times) for line in body]


def measure_notice(rounds: int = 5) -> NoticeFigures:
    lines = long_notice()
    text = "\n".join(lines)

    def ours() -> float:
        return seconds(lambda: draft_notice(lines))

    def theirs() -> float:
        return seconds(lambda: [sum(1 for _ in _PATTERN.finditer(text)) for _ in range(_PASSES)])

    return NoticeFigures(_PAGES, len(draft_notice(lines).tasks), alternate(rounds, ours, theirs))
