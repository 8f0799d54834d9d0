"""See the package's docstring."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.hostile.all import kinds
from tests.hostile.kinds import Kind
from tests.hostile.trial import Ended, tried


def _shown(ended: Ended) -> str:
    mark = " " if ended.is_expected else "!"
    memory = f"{ended.megabytes:5.0f}" if ended.megabytes else f"{ended.died:>5.5}"
    end = f"{ended.examined.verdict.value:22} {ended.codes:16} {ended.seconds:6.2f} {memory}"
    return f"{mark} {ended.kind.name:44} {ended.kind.fact:11} {end}"


def _write(folder: Path, wanted: list[Kind]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind in wanted:
        (folder / f"{kind.name}.{kind.ending}").write_bytes(kind.data())
    print(f"{len(wanted)} files written into {folder}")


def _worst(title: str, ended: list[str]) -> None:
    print(f"\n{title}: " + ", ".join(ended))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description="Every kind of hostile and odd file.")
    parser.add_argument("names", nargs="*", help="parts of names; none: all")
    parser.add_argument("--all", action="store_true", help="the heavy ones too")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="only write the files")
    given = parser.parse_args(arguments)
    wanted = [
        each
        for each in kinds(None if given.all or given.names else False)
        if not given.names or any(name in each.name for name in given.names)
    ]
    if given.write:
        _write(given.write, wanted)
        return 0
    print(f"  {'kind':44} {'fact':11} {'verdict':22} {'codes':16} {'s':>6} {'MB':>5}")
    ended = []
    for each in tried(wanted):
        ended.append(each)
        print(_shown(each), flush=True)
    slowest = sorted(ended, key=lambda each: -each.seconds)[:8]
    largest = sorted(ended, key=lambda each: -each.megabytes)[:8]
    deaths = [f"{each.kind.name} ({each.died})" for each in ended if each.died]
    unexpected = [each.kind.name for each in ended if not each.is_expected]
    _worst("slowest", [f"{each.kind.name} {each.seconds:.2f} s" for each in slowest])
    _worst("largest", [f"{each.kind.name} {each.megabytes:.0f} MB" for each in largest])
    _worst("workers died of", deaths)
    print(f"\n{len(ended)} kinds, {len(deaths)} deaths of workers, {len(unexpected)} not as expected: {unexpected}")
    return int(bool(unexpected))


if __name__ == "__main__":
    sys.exit(main())
