"""LibreOffice for tests: converts a file in a profile of its own; tests are skipped by name without it."""

from __future__ import annotations

import io
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on PATH")


def soffice_convert(path: Path, ext: str, outdir: Path) -> Path:
    """`path` saved by LibreOffice as `ext` ("xlsx", "ods", "pdf") in `outdir`, another folder than its own."""
    return soffice_convert_all((path,), ext, outdir)[0]


def soffice_convert_all(paths: Sequence[Path], ext: str, outdir: Path) -> list[Path]:
    """Several files, likewise, by one start of LibreOffice."""
    outdir.mkdir(parents=True, exist_ok=True)
    profile = (outdir / "profile").resolve().as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", ext, "--outdir", str(outdir), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120 + 10 * len(paths))
    return [outdir / f"{path.stem}.{ext}" for path in paths]


def values_in(path: Path) -> Workbook:
    """A workbook that LibreOffice saved, with the values of its formulas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*extension is not supported")  # data bars, which openpyxl passes over
        return load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
