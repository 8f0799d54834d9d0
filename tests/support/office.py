"""LibreOffice for tests: converts a file in a profile of its own; tests are skipped by name without it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on PATH")


def soffice_convert(path: Path, ext: str, outdir: Path) -> Path:
    """`path` saved by LibreOffice as `ext` ("xlsx", "ods", "pdf") in `outdir`, another folder than its own."""
    outdir.mkdir(parents=True, exist_ok=True)
    profile = (outdir / "profile").resolve().as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", ext, "--outdir", str(outdir), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return outdir / f"{path.stem}.{ext}"
