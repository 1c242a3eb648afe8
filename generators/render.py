"""Templates and records -> text in memory.

Folder trees go through cookiecutter's `generate_files` with a raw context: `cookiecutter()` would
render the data as templates and take lists for choices. Single files go through Jinja. Either way an
undefined name is an error, and so is text that was not quoted for its language (`quoting.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .quoting import only_quoted

SUFFIX = ".jinja"
_FILTERS = f"{__package__}.quoting_extension.Quoting"
_TEMPLATES = Path(__file__).parent.parent / "templates"
_OPTIONS: Mapping[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "finalize": only_quoted}


def render_tree(template: str, context: Mapping[str, Any]) -> dict[str, str]:
    """The files of a template folder such as `services/flask`: relative path -> text, sorted.

    The templates see `context` as `cookiecutter`; the suffix `.jinja` is taken off their names.
    """
    from cookiecutter.generate import generate_files

    raw = {**context, "_extensions": [_FILTERS], "_jinja2_env_vars": dict(_OPTIONS)}
    with tempfile.TemporaryDirectory(prefix="carveout-") as folder:
        made = Path(
            generate_files(
                _TEMPLATES / template, {"cookiecutter": raw}, output_dir=folder, accept_hooks=False
            )
        )
        files = sorted(path for path in made.rglob("*") if path.is_file())
        texts = {path.relative_to(made).as_posix(): path.read_bytes().decode() for path in files}
    return {path.removesuffix(SUFFIX): text for path, text in sorted(texts.items())}


def render_file(template: str, context: Mapping[str, Any]) -> str:
    """One rendered template such as `proxies/nginx/nginx.conf.jinja`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # what is printed is quoted by filters; none of it is HTML
        extensions=[_FILTERS],
        **_OPTIONS,
    )
    return environment.get_template(template).render(context)
