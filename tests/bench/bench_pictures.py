"""Pictures of real applications in headless Chromium: does any box or label lie on another, does text leave its box?

    python tests/bench/bench_pictures.py [--folders DIR ...] [--shots DIR]

Every level and every step of the ladder of three applications (sdists), laid out by us and as `carveout graph`
writes them (with Graphviz where it is installed). Rectangles and texts are measured as the browser draws them.
Targets: nothing overlaps, no text leaves its box, no picture is wider than 1400 pixels. Mermaid has at
most 60 arrows, DOT at most 300; what is left out is said in both.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from sdists import sdist  # type: ignore[import-not-found]

from carveout.analyzer import pipeline
from carveout.analyzer.model.errors import UsageError
from carveout.generators.diagrams.draw import draw, levels, render
from carveout.generators.diagrams.drawing import svg
from carveout.generators.diagrams.fitting import fitted
from carveout.generators.diagrams.formats.svg_format import ROOM
from carveout.generators.diagrams.ladder import STEPS, draw_step
from carveout.generators.diagrams.picture import Picture

APPLICATIONS = ("django-oscar", "wagtail", "FlaskBB")
_MEASURE = """() => {
  const box = e => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.x + r.width, r.y + r.height]; };
  const all = q => [...document.querySelectorAll(q)];
  const boxes = all(".boxes .panel").map(box), labels = all(".labels .plate").map(box);
  const over = (a, b) => a[0] + .5 < b[2] && b[0] + .5 < a[2] && a[1] + .5 < b[3] && b[1] + .5 < a[3];
  const clashes = [];
  const pairs = (ones, others, what) => ones.forEach((a, i) => others.forEach((b, j) => { if ((ones !== others || i < j) && over(a, b)) clashes.push(what); }));
  pairs(boxes, boxes, "box on box"); pairs(labels, labels, "label on label"); pairs(labels, boxes, "label on box");
  const left = (text, around) => { const t = box(text), r = box(around); return t[0] < r[0] - 1 || t[2] > r[2] + 1 || t[1] < r[1] - 1 || t[3] > r[3] + 1; };
  for (const group of all(".boxes .box")) for (const text of group.querySelectorAll("text")) if (left(text, group.querySelector(".panel"))) clashes.push("text leaves its box: " + text.textContent);
  for (const group of all(".labels .label")) if (left(group.querySelector("text"), group.querySelector(".plate"))) clashes.push("text leaves its label: " + group.textContent);
  const page = document.documentElement.viewBox.baseVal;
  for (const text of all("svg > text, .legend text")) { const t = box(text); if (t[2] > page.width + 1) clashes.push("text leaves the page: " + text.textContent); }
  return { boxes: boxes.length, labels: labels.length, clashes };
}"""


def pictures(folder: Path) -> Iterator[tuple[str, Picture]]:
    """Each level, and each step for the service that most edges touch."""
    graph = pipeline.analyze(folder)
    proposals = pipeline.propose(graph, pipeline.wishes_of(folder))
    boundary = proposals[0].boundary if proposals else None
    for level in sorted(levels()):
        try:
            yield level, draw(graph, boundary, level, folder.name)
        except UsageError:
            if boundary is not None:  # some levels need one
                raise
    if boundary is not None:
        counts = [name for edge in proposals[0].cut for name in (edge.origin, edge.owner)]
        names = sorted(service.name for service in boundary.services)
        busiest = max(names, key=counts.count)
        for step in STEPS:
            yield f"step {step}", draw_step(graph, boundary, busiest, step, folder.name)


def measure(tab: Page, drawn: bytes) -> dict[str, Any]:
    """Boxes, labels and what lies on what, as the browser draws them."""
    text = drawn.decode("utf-8")
    size = re.search(r'width="(\d+)" height="(\d+)"', text)
    assert size
    tab.set_viewport_size({"width": int(size[1]), "height": int(size[2])})
    place = Path(tab.evaluate("location.pathname"))
    place.write_bytes(drawn)
    tab.goto(place.as_uri())
    found: dict[str, Any] = tab.evaluate(_MEASURE)
    return {**found, "width": int(size[1])}


def main() -> int:
    """Print a line a picture; 1 where one misses its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folders", nargs="*", type=Path, default=[])
    parser.add_argument("--shots", type=Path, help="Keep a PNG of each picture here.")
    chosen = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("skipped: no chromium (apt-get install chromium)")
        return 0
    missed = count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        for folder in chosen.folders or [sdist(name) for name in APPLICATIONS]:
            for name, picture in pictures(folder):
                missed += _texts(picture, name)
                for how, drawn in (
                    ("graph", render(picture, "svg")),
                    ("ours", svg(*fitted(picture, ROOM))),
                ):
                    count += 1
                    missed += _drawn(tab, chosen.shots, f"{folder.name} {name} {how}", drawn)
        browser.close()
    print(f"{count} pictures, {missed} faults")
    return 1 if missed else 0


def _drawn(tab: Page, shots: Path | None, name: str, drawn: bytes) -> int:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "picture.svg")
        place.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
        tab.goto(place.as_uri())
        found = measure(tab, drawn)
        if shots is not None:
            shots.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=shots / f"{name.replace(' ', '-')}.png")
    wide = found["width"] > ROOM + 64
    faults = len(found["clashes"]) + wide
    told = "; ".join(dict.fromkeys(found["clashes"][:4])) + (" wider than 1400" if wide else "")
    print(f"  {name:<44}{found['boxes']:4d} boxes {found['labels']:4d} labels {found['width']:5d} px  {told}")
    return int(faults)


def _texts(picture: Picture, name: str) -> int:
    mermaid, dot = (render(picture, format).decode("utf-8") for format in ("mermaid", "dot"))
    faults = 0
    for text, arrow, most in ((mermaid, " -->", 60), (dot, " -> ", 300)):
        drawn = sum(arrow in line for line in text.splitlines())
        silent = drawn < len(picture.arrows) and "not drawn" not in text
        if drawn > most or silent:
            print(
                f"  {name}: {drawn} of {len(picture.arrows)} arrows{', and does not say so' if silent else ''}"
            )
            faults += 1
    return faults


if __name__ == "__main__":
    sys.exit(main())
