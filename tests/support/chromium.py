"""Chromium for tests: opens a file as a phone or a screen does, and tells what a reader would meet.

Spoken to over a pipe (its own protocol, JSON ended by NUL), so that no driver has to be installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not on PATH")

CONTRAST = """
(() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92
    : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, style = getComputedStyle(e);
    if (!walk.currentNode.data.trim() || ['TITLE', 'DESC', 'STYLE'].includes(e.tagName.toUpperCase())) continue;
    const ink = light(parts(e instanceof SVGElement ? style.fill : style.color)), page = light(behind(e));
    const ratio = (Math.max(ink, page) + .05) / (Math.min(ink, page) + .05);
    if (ratio < 4.5) low.push([walk.currentNode.data.trim().slice(0, 30), ratio]);
  }
  return low;
})()
"""
"""Texts whose contrast to what lies behind them is below 4.5:1 (WCAG 2.1, 1.4.3), as [text, ratio]."""


class Browser:
    """One page in a browser of its own."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._number, self._rest, self._session = 0, b"", ""
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer; what is told meanwhile is kept in `events`."""
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            said["sessionId"] = self._session
        os.write(self._to, json.dumps(said).encode() + b"\0")
        for message in self._messages():
            if message.get("id") == self._number:
                assert "error" not in message, message
                return dict(message["result"])
        raise EOFError(method)

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" not in self._rest:
                part = os.read(self._back, 65536)
                if not part:
                    return
                self._rest += part
            text, _, self._rest = self._rest.partition(b"\0")
            message = json.loads(text)
            if "id" not in message:
                self.events.append(message)
            yield message

    def begin(self) -> None:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def open(self, page: Path, width: int, *, is_dark: bool = False) -> None:
        """Opens a file on a screen of this width; back when it has loaded."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 600}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        self.ask("Page.navigate", url=page.resolve().as_uri())
        self.wait("Page.loadEventFired")

    def wait(self, name: str) -> None:
        if not any(event["method"] == name for event in self.events):
            next(message for message in self._messages() if message.get("method") == name)

    def value(self, script: str) -> Any:
        """What a script, run from outside the page, comes to."""
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def complaints(self) -> list[str]:
        """Errors and warnings of the console."""
        kinds = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
        return [json.dumps(event["params"]) for event in self.events if event["method"] in kinds]

    def asked_for(self) -> list[str]:
        """Addresses the page asked for, its own included."""
        sent = (event for event in self.events if event["method"] == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in sent]

    def shown(self) -> bytes:
        """What the screen shows, as PNG."""
        return b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def printed(self) -> bytes:
        """The page as PDF."""
        return b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True)["data"])


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with an empty profile, ended at the end."""
    child_in, to = os.pipe()
    back, child_out = os.pipe()
    options = "--headless=new --no-sandbox --disable-gpu --remote-debugging-pipe --no-first-run"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = f'exec "$0" {options} --user-data-dir="$1" 3<&{child_in} 4>&{child_out}'
        process = subprocess.Popen(
            ["bash", "-c", command, str(PROGRAM), profile],
            pass_fds=(child_in, child_out),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(child_in)
        os.close(child_out)
        try:
            page = Browser(to, back)
            page.begin()
            yield page
            page.ask("Browser.close")
        finally:
            os.close(to)
            os.close(back)
            process.terminate()
            process.wait(30)
