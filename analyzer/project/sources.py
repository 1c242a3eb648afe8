"""The files of a project: which there are, their bytes, their text."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import NamedTuple

from ..model.errors import UsageError
from ..model.evidence import Diagnostic, Place
from .package_name import package_name

SUFFIXES = (".py", ".sql")
_PAGES = (".html", ".htm", ".jinja", ".jinja2", ".j2")
TEMPLATE_SUFFIXES = (*_PAGES, ".txt", ".xml", ".svg", ".js", ".css", ".md", ".mjml", ".ics", ".vcf")
"""What is read below folders of templates beside the code."""
TEMPLATE_FOLDERS = frozenset({"templates", "jinja2"})
_NO_TEMPLATES = frozenset({"static", "docs", "doc", "tests", "test", "public", "assets"})
_FOLDER = re.compile(
    rb"""(?:template_folder\s*=|Jinja2Templates\((?:\s*directory\s*=)?|FileSystemLoader\((?:\s*searchpath\s*=)?)"""
    rb"""\s*["']([\w./-]{1,100})["']"""
)
_FOLDER_WORDS = (b"template_folder", b"Jinja2Templates", b"FileSystemLoader")
_FOLDERS = re.compile(rb"""["']DIRS["']\s*:\s*\[([^\]]{0,500})\]""")
_QUOTED = re.compile(rb"""["']([\w./-]{1,100})["']""")
MARKERS = frozenset({"manage.py", "setup.py", "pyproject.toml"})
PACKAGING = ("pyproject.toml", "setup.cfg")
"""What distributions say of themselves, read for what they offer to others."""
LARGEST, LARGEST_SQL = 3_000_000, 16_000_000
"""Bytes of the largest file that is read; generated data beyond that holds no dependencies worth its time.

Dumps hold the schema as well, and their rows are passed over quickly.
"""

_MARKED = ("pyvenv.cfg", ".carveout-service")
"""Files that mark a folder as not the project's own code: a virtual environment, a scaffolded service."""

_SKIPPED = frozenset(
    "node_modules bower_components site-packages venv env virtualenv __pycache__ build dist htmlcov".split()
)
_MADE = frozenset({"build", "dist", "env"})
_ENVIRONMENT = frozenset({"bin", "lib", "Scripts", "Lib"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file: `path` relative to the project with `/`, and where it really lies."""

    path: str
    location: str

    @property
    def suffix(self) -> str:
        """`.py` of `shop/models.py`."""
        return "." + self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Sources:
    """All files that were read, sorted by path; `markers` are the paths of files that mark roots.

    `package` is the dotted name of the project's folder when that is itself a package, with `__init__.py` or
    by what its files import of each other, "" otherwise.
    """

    files: tuple[Source, ...]
    markers: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    package: str = ""


def find_sources(root: Path, exclude: Sequence[str] = ()) -> Sources:
    """The files that `read_sources` reads."""
    return read_sources(root, exclude)[0]


class Listing(NamedTuple):
    """The files of a project: (path relative to it, entry), and the folders that cannot be listed."""

    files: list[tuple[str, os.DirEntry[str]]]
    diagnostics: list[Diagnostic]


def list_files(root: Path) -> Listing:
    """All files below `root` that may be its own.

    Hidden folders, virtual environments and build output are passed over. Links to folders are not followed
    (they may lead in circles). Raises UsageError when `root` is not a folder that can be listed.
    """
    if not root.exists():
        raise UsageError(
            f"there is no folder {root}", help="give the folder of the project: carveout analyze PATH"
        )
    if not root.is_dir():
        raise UsageError(
            f"{root} is a file, not a folder", help=f"give its folder: carveout analyze {root.parent}"
        )
    diagnostics: list[Diagnostic] = []
    return Listing(list(_walk(root, "", diagnostics)), diagnostics)


def read_sources(
    root: Path, exclude: Sequence[str] = (), listing: Listing | None = None
) -> tuple[Sources, dict[str, bytes]]:
    """The Python and SQL files of a listing, with any code templates and packaging, and their bytes.

    Links to files are read when they stay inside the project. What cannot be read becomes a diagnostic.
    Each file is read once, so that all that is said of a project is said of the same bytes.
    """
    listing = listing or list_files(root)
    patterns = excluding(exclude)
    files: list[Source] = []
    markers: list[str] = []
    diagnostics = list(listing.diagnostics)
    elsewhere: list[Source] = []
    for path, entry in listing.files:
        name = entry.name
        if name in MARKERS:
            markers.append(path)
        wanted = name.endswith(SUFFIXES) or name in PACKAGING or _is_template(path)
        if not (wanted or _may_be_template(path)) or any(pattern.match(path) for pattern in patterns):
            continue
        if _stays_inside(path, entry, root, diagnostics if wanted else []):
            (files if wanted else elsewhere).append(Source(path, entry.path))
    data: dict[str, bytes] = {}
    if any(is_code(source.path) for source in files):
        _read(files, data, diagnostics)
        if elsewhere:
            folders = tuple(f"/{folder}/" for folder in _folders_named(data))
            named = [source for source in elsewhere if any(folder in f"/{source.path}" for folder in folders)]
            _read(named, data, diagnostics)
            files += named
    read = sorted((source for source in files if source.path in data), key=lambda source: source.path)
    package = package_name(root.resolve(), data)
    return Sources(tuple(read), tuple(sorted(markers)), tuple(sorted(diagnostics)), package), data


def excluding(globs: Sequence[str]) -> list[re.Pattern[str]]:
    """Patterns, one of which matches every path that the globs exclude."""
    return [re.compile(pattern) for glob in globs for pattern in _translated(glob)]


def is_code(path: str) -> bool:
    """Whether a file that is read is code; the others are templates of pages and mails."""
    return path.endswith(SUFFIXES)


def _is_template(path: str) -> bool:
    """Whether a file is a template by its suffix and the folders around it."""
    if not path.endswith(TEMPLATE_SUFFIXES):
        return False
    return not TEMPLATE_FOLDERS.isdisjoint(path.split("/")[:-1])


def _may_be_template(path: str) -> bool:
    """Whether a file is a template if the code names its folder."""
    return path.endswith(_PAGES) and _NO_TEMPLATES.isdisjoint(path.split("/")[:-1])


def _folders_named(data: Mapping[str, bytes]) -> list[str]:
    """Folders of templates that Python files name by plain texts."""
    found: set[bytes] = set()
    for path, text in data.items():
        if not path.endswith(".py"):
            continue
        if any(word in text for word in _FOLDER_WORDS):
            found.update(match[1] for match in _FOLDER.finditer(text))
        if b"DIRS" in text:
            for several in _FOLDERS.finditer(text):
                found.update(_QUOTED.findall(several[1]))
    plain = (folder.decode().strip("./") for folder in found)
    return sorted(folder for folder in plain if re.search(r"\w", folder))


def may_matter(path: str) -> bool:
    """Whether the path of a file alone rules out that it says anything of a project."""
    name = path.rpartition("/")[2]
    known = name.endswith(SUFFIXES) or name in MARKERS or name in PACKAGING or name in _MARKED
    return known or _is_template(path) or _may_be_template(path)


def _translated(glob: str) -> Iterator[str]:
    """`**/x/**` also means `x` at the top, and a folder's name means all below it."""
    glob = glob.strip("/")
    yield translate(glob)
    yield translate(glob + "/*")
    if glob.startswith("**/"):
        yield translate(glob[3:])


def _walk(folder: Path, prefix: str, diagnostics: list[Diagnostic]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    stack = [(str(folder), prefix, False)]
    while stack:
        place, prefix, in_package = stack.pop()
        try:
            with os.scandir(place) as listing:
                entries = sorted(listing, key=_name)
        except OSError as error:
            if not prefix:
                raise UsageError(f"the folder {folder} cannot be listed: {error.strerror}") from error
            diagnostics.append(
                Diagnostic("unreadable-folder", Place(_clean(prefix)), error.strerror or "cannot be listed")
            )
            continue
        names = {entry.name for entry in entries}
        if prefix and not _is_own(prefix.split("/")[-2], names, in_package):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and not entry.name.endswith(".egg-info"):
                    stack.append((entry.path, f"{prefix}{entry.name}/", "__init__.py" in names))
            elif not (entry.is_symlink() and Path(entry.path).is_dir()):
                yield _clean(prefix + entry.name), entry


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_own(folder: str, names: Collection[str], in_package: bool) -> bool:
    """Whether a folder of that name with these files holds the project's own code.

    Modules in a folder `build` of a package are its own: what is built stands beside packages.
    """
    if any(mark in names for mark in _MARKED):
        return False
    modules = in_package and folder in _MADE and any(name.endswith(".py") for name in names)
    return folder not in _SKIPPED or "__init__.py" in names or (modules and _ENVIRONMENT.isdisjoint(names))


def _stays_inside(path: str, entry: os.DirEntry[str], root: Path, diagnostics: list[Diagnostic]) -> bool:
    """Whether a file is a plain one of the project."""
    try:
        if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(root.resolve()):
            diagnostics.append(
                Diagnostic("outside", Place(path), "a link that leads out of the project; not read")
            )
            return False
        return entry.is_file()
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "a link that leads nowhere"
        diagnostics.append(Diagnostic("unreadable-file", Place(path), f"{reason}; not read"))
        return False


def _read(sources: Iterable[Source], data: dict[str, bytes], diagnostics: list[Diagnostic]) -> None:
    """The bytes of files by path. In bare calls: a check that finds nothing changed does little else."""
    for source in sources:
        try:
            file = os.open(source.location, os.O_RDONLY)
            try:
                size = os.fstat(file).st_size
                most = LARGEST_SQL if source.path.endswith(".sql") else LARGEST
                if size > most:
                    what = f"{size:,} bytes; files above {most:,} are not read"
                    diagnostics.append(Diagnostic("too-large", Place(source.path), what))
                else:
                    data[source.path] = os.read(file, size + 1)
            finally:
                os.close(file)
        except OSError as error:
            what = f"{error.strerror or 'cannot be read'}; not read"
            diagnostics.append(Diagnostic("unreadable-file", Place(source.path), what))


def _clean(path: str) -> str:
    """File names may hold bytes that are no text; they are shown, not trusted."""
    return path if path.isascii() else path.encode("utf-8", "backslashreplace").decode("utf-8")


def digest(data: bytes) -> str:
    """The digest by which a file's facts are kept: 32 hex digits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def decode(data: bytes, suffix: str) -> tuple[str, str]:
    """(text, problem): the text of a file, and what was odd about its encoding ("" when nothing was).

    Python files are decoded as Python does (byte-order mark, coding cookie, UTF-8); what is not valid
    is read as UTF-8, else as Latin-1, so that names and structure still come through.
    """
    if data[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        text = data.decode("utf-32", "replace").replace("\r\n", "\n")
        return text, "is UTF-32, which Python and most tools refuse"
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = data.decode("utf-16", "replace").replace("\r\n", "\n")
        return text, "is UTF-16, which Python and most tools refuse"
    if suffix == ".py":
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            return data.decode(encoding).replace("\r\n", "\n"), ""
        except (SyntaxError, UnicodeError, LookupError):
            problem = "declares an encoding that it is not in or that Python does not know; read as UTF-8"
    else:
        problem = ""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n"), problem
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\r\n", "\n"), "is not valid UTF-8 and was read as Latin-1"
