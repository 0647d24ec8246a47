"""The contact sheet in a real browser: pictures load, nothing complains, Chinese renders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.jobs.test_export_set import Make, chosen, request, run

__all__ = ["chosen"]

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
PROBE = """
<script>addEventListener("load", () => {
  const images = [...document.images];
  const cell = document.querySelector("figcaption [lang=zh]");
  const canvas = document.createElement("canvas").getContext("2d",
    {willReadFrequently: true});
  canvas.font = "40px sans-serif";
  const ink = text => { canvas.clearRect(0, 0, 80, 80); canvas.fillText(text, 5, 45);
    return canvas.getImageData(0, 0, 80, 80).data.join(); };
  document.title = JSON.stringify([images.length, images.filter(i => i.naturalWidth > 0).length,
    cell.textContent.length, ink("窗") !== ink("墙")]);
});</script></body>
"""


@pytest.mark.skipif(
    BROWSER is None and os.environ.get("CI") != "true", reason="chromium is not installed"
)
def test_in_a_browser(tmp_path: Path, chosen: Make) -> None:
    assert BROWSER is not None, "continuous integration installs chromium"
    report = run(request(tmp_path, [chosen(n) for n in range(4)], "seedance-2", query="斑驳的墙"))
    sheet = report.to / "contact-sheet.html"
    page = tmp_path / "probe.html"
    page.write_text(sheet.read_text("utf-8").replace("</body>", PROBE), "utf-8")
    words = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1300,900", "--virtual-time-budget=5000",
    ]  # fmt: skip
    done = subprocess.run(
        [*words, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120,
        encoding="utf-8", check=True,
    )  # fmt: skip
    assert "<title>[4,4,7,true]</title>" in done.stdout
    assert not re.findall(r"CONSOLE.*", done.stderr)
    shot = tmp_path / "shot.png"
    seen = subprocess.run(
        [*words, f"--screenshot={shot}", sheet.as_uri()], capture_output=True, text=True,
        timeout=120, encoding="utf-8", check=True,
    )  # fmt: skip
    assert not re.findall(r"CONSOLE.*", seen.stderr)
    with Image.open(shot) as image:
        colours = image.convert("RGB").getcolors(2**24)
        assert image.width >= 1300 and colours is not None and len(colours) > 1000
