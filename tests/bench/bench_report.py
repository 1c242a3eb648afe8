"""The report in headless Chromium without a GPU: size, first picture, everything open, frames, requests, axe.

    python tests/bench/bench_report.py [--applications NAME ...]

A made application of 10,000 nodes and 50,000 edges (`made_review.py`), and real ones by their sdists. Targets: at most 500 KiB
and 1 s to the first picture, 1.5 s with everything open, 33 ms for the median frame while the map is moved; no
request, no message of the console, no serious or critical finding of axe-core (from npm).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from made_review import made_review  # type: ignore[import-not-found]
from playwright.sync_api import Browser, sync_playwright
from sdists import sdist  # type: ignore[import-not-found]

from carveout.analyzer.review import review
from carveout.generators.reports.page import Page

TARGETS = {"KiB": 500.0, "first picture s": 1.0, "all open s": 1.5, "frame ms": 33.0}
AXE = "axe-core@4.10.3"
_FRAMES = """() => new Promise(done => {
  const canvas = document.getElementById("canvas"), times = []; let last = 0, n = 0;
  const box = canvas.getBoundingClientRect();
  const step = now => {
    if (last) times.push(now - last);
    last = now;
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: n % 40 < 20 ? -90 : 90, clientX: box.x + 500, clientY: box.y + 250 }));
    if (n++ < 60) requestAnimationFrame(step); else done(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
  };
  requestAnimationFrame(step);
})"""


def measure(browser: Browser, page: bytes, axe: str) -> dict[str, Any]:
    """Figures of one page; `axe` is its script, "" to leave it out."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "report.html")
        place.write_bytes(page)
        tab = browser.new_page(viewport={"width": 1400, "height": 900}, bypass_csp=True)
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda r: said.append(r.url) if r.url.startswith("http") else None)
        tab.goto(place.as_uri() + "#map")
        tab.wait_for_selector("html[data-ready]")
        first = tab.evaluate(
            "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"
        )
        opened = tab.evaluate(
            """() => new Promise(done => { const start = performance.now(); document.querySelector("[data-map=open]").click();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0)); })"""
        )
        frame = tab.evaluate(_FRAMES)
        tab.click("[data-map=close]")
        serious = _axe(tab, axe) if axe else []
        tab.close()
    return {
        "KiB": len(page) / 1024,
        "first picture s": first / 1000,
        "all open s": opened / 1000,
        "frame ms": frame,
        "said": said,
        "axe": serious,
    }


def _axe(tab: Any, axe: str) -> list[str]:
    tab.evaluate(axe)
    found = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        for name in tab.eval_on_selector_all("nav a", "links => links.map(link => link.dataset.view)"):
            tab.click(f"nav a[data-view={name}]")
            for each in tab.evaluate("axe.run()")["violations"]:
                if each["impact"] in ("serious", "critical"):
                    target, places = each["nodes"][0]["target"][0], len(each["nodes"])
                    found.append(f"{scheme} {name}: {each['id']} ({target}, {places})")
    return found


def axe_core() -> str:
    """The script of axe-core from npm; "" where npm is missing."""
    if shutil.which("npm") is None:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", AXE], cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as file:
            member = file.extractfile("package/axe.min.js")
            assert member is not None
            return member.read().decode("utf-8")


def main() -> int:
    """Print the figures; 1 where one misses its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", nargs="*", default=["django-oscar", "wagtail"])
    chosen = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("skipped: no chromium (apt-get install chromium)")
        return 0
    axe = axe_core()
    if not axe:
        print("axe-core is left out: npm is not installed")
    missed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in ("made", *chosen.applications):
            result = made_review() if name == "made" else review(sdist(name))
            figures = measure(browser, Page().render(result), axe)
            graph = result.graph
            print(f"{name}: {len(graph):,} nodes, {graph.edge_count:,} edges")
            for key, target in TARGETS.items():
                bad = figures[key] > target and name == "made"
                missed += bad
                print(f"  {key:<16}{figures[key]:8.2f}  target {target:g}{'  MISSED' if bad else ''}")
            for key in ("said", "axe"):
                missed += bool(figures[key])
                print(f"  {key:<16}{len(figures[key]):8d}  target 0  {'; '.join(figures[key][:6])}")
        browser.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
