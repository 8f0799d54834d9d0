"""How much memory a piece of work took: the peak of this process since it was last asked (Linux; elsewhere 0)."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from tracker.examine import work
from tracker.model import Arrival, Examined

_PEAK = re.compile(r"VmHWM:\s*(\d+) kB")


def forget_peak() -> None:
    """From here on the peak is counted anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes(process: int | str = "self") -> float:
    """The largest resident memory of a process so far; 0 where nobody tells."""
    try:
        found = _PEAK.search(Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def measured(item: tuple[bytes, Arrival]) -> tuple[Examined, float]:
    """`work`, in a worker, with its peak in megabytes."""
    forget_peak()
    return work(item), peak_megabytes()
