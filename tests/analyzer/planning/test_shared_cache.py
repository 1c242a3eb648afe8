"""The hazard of a cache that moved code reads and that code which stays clears."""

from pathlib import Path
from textwrap import dedent

from carveout.analyzer import pipeline
from carveout.analyzer.model.findings import Hazard
from carveout.analyzer.project.config import load_agreed

FILES = {
    "carveout.toml": '[services.dates]\nmodules = ["shop.dates"]\n',
    "shop/__init__.py": "",
    "shop/caching.py": "from flask_caching import Cache\n\ncache = Cache()\n",
    "shop/settings.py": """
        from .caching import cache

        @cache.memoize()
        def kept(key: str) -> int:
            return len(key)

        def change(key: str) -> None:
            CLEARS
        """,
    "shop/dates.py": """
        from .settings import kept

        def started() -> bool:
            return kept("start") > 3
        """,
    "shop/web.py": """
        from .dates import started
        from .settings import change

        def page() -> bool:
            change("start")
            return started()
        """,
}


def found(root: Path, clears: str) -> list[Hazard]:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).replace("CLEARS", clears))
    graph = pipeline.analyze(root, cache=False, workers=1)
    (step,) = pipeline.plan(graph, load_agreed(root), "dates", root, step="seam").steps
    return [each for each in step.hazards if each.id == "shared-cache"]


def test_code_that_stays_clears_what_the_service_keeps(tmp_path: Path) -> None:
    (hazard,) = found(tmp_path, "cache.delete_memoized(kept, key)")
    assert hazard.severity == "warning"
    assert (
        hazard.title
        == "the cache shop.settings.kept() is read for shop.dates.started, and changed by code that stays"
    )
    assert [(each.place.path, each.place.line) for each in hazard.evidence] == [
        ("shop/settings.py", 4),
        ("shop/settings.py", 9),
    ]


def test_a_cache_that_only_saves_work_is_none(tmp_path: Path) -> None:
    assert found(tmp_path, "print(key)") == []
