"""Completion as shells do it: bash always, zsh and fish where they are installed."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carveout.analyzer.model.results import CheckResult
from carveout.cli.main import verbs
from carveout.generators.completion import Verb, Word, script
from carveout.generators.reports import formats

TOML = '[services.payments]\nmodules = ["shop.pay"]\n\n[services.cart]\nmodules = ["shop.cart"]\n'


def printed(shell: str) -> str:
    """What `carveout completion SHELL` prints."""
    command = [sys.executable, "-m", "carveout", "completion", shell]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def bash() -> str:
    return printed("bash")


def installed(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (apt-get install {name})")
    return found


def completed(bash: str, line: str, folder: Path) -> list[str]:
    """What bash offers at the end of a line. No program is on the path but sed: a Tab starts nothing of ours."""
    words = line.split(" ")
    array = " ".join(f"'{word}'" for word in words)
    code = (
        f"{bash}\nCOMP_WORDS=({array}); COMP_CWORD={len(words) - 1}\n"
        '_carveout; printf "%s\\n" "${COMPREPLY[@]}"; complete -p carveout >&2'
    )
    (folder / "bin").mkdir(exist_ok=True)
    if not (folder / "bin" / "sed").exists():
        (folder / "bin" / "sed").symlink_to(shutil.which("sed") or "sed")
    run = subprocess.run(
        [shutil.which("bash") or "bash", "--norc", "-c", code], cwd=folder, env={"PATH": str(folder / "bin")},
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert run.stderr == "complete -o default -F _carveout carveout\n"
    return run.stdout.split()


def test_bash_completes_verbs_options_and_what_they_take(bash: str, tmp_path: Path) -> None:
    (tmp_path / "carveout.toml").write_text(TOML, encoding="utf-8")
    assert completed(bash, "carveout ", tmp_path) == [*verbs(), "--help", "--version"]
    assert completed(bash, "carveout ba", tmp_path) == ["baseline"]
    assert completed(bash, "carveout check --st", tmp_path) == ["--strict"]
    assert sorted(completed(bash, "carveout check --format ", tmp_path)) == sorted(formats(CheckResult))
    assert completed(bash, "carveout scaffold ", tmp_path) == ["payments", "cart"]
    assert completed(bash, "carveout scaffold payments --step se", tmp_path) == ["seam", "service"]
    assert completed(bash, "carveout route cart ro", tmp_path) == ["rollback"]
    assert completed(bash, "carveout baseline ", tmp_path) == ["create", "prune", "show"]
    assert completed(bash, "carveout explain CO20", tmp_path) == ["CO201", "CO202", "CO203", "CO204"]
    assert completed(bash, "carveout check --color ne", tmp_path) == ["never"]


def test_bash_leaves_files_to_the_shell(bash: str, tmp_path: Path) -> None:
    """Nothing offered: `-o default` then completes files, with spaces and all."""
    assert completed(bash, "carveout analyze --output gr", tmp_path) == []
    assert completed(bash, "carveout analyze ../sh", tmp_path) == []


def test_zsh_completes(tmp_path: Path) -> None:
    """A real terminal: what is typed, a Tab, Enter; `carveout` prints what it was given."""
    zsh = installed("zsh")
    (tmp_path / "carveout.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "_carveout").write_text(printed("zsh"), encoding="utf-8")
    setup = (
        f"fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -D; PS1=; "
        'carveout() { print -r -- "GOT<$*>" }; print READ""Y\n'
    )
    lines = {"carveout che\t": "check", "carveout check --format sar\t": "check --format sarif",
             "carveout scaffold pay\t": "scaffold payments", "carveout graph --lev\t": "graph --level"}  # fmt: skip
    main, other = pty.openpty()
    with subprocess.Popen(
        [zsh, "-f", "-i"], stdin=other, stdout=other, stderr=other, cwd=tmp_path, start_new_session=True,
        env={"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(tmp_path)},
    ) as process:  # fmt: skip
        os.close(other)
        try:
            typed(main, setup, "READY")
            for line, wanted in lines.items():
                typed(main, line + "\n", f"GOT<{wanted}>")
        finally:
            process.kill()
            os.close(main)


def typed(terminal: int, text: str, wanted: str) -> None:
    """Type into a terminal and wait for what comes out."""
    os.write(terminal, text.encode())
    seen, end = "", time.monotonic() + 20
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        assert ready, f"{wanted} did not come, but {seen!r}"
        seen += os.read(terminal, 4096).decode(errors="replace")


def test_fish_completes(tmp_path: Path) -> None:
    fish = installed("fish")
    (tmp_path / "carveout.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "carveout.fish").write_text(printed("fish"), encoding="utf-8")
    for line, wanted in {
        "carveout che": ["check"], "carveout check --format sa": ["sarif"], "carveout scaffold pa": ["payments"],
        "carveout graph --lev": ["--level"], "carveout completion zs": ["zsh"],
        "carveout route ": ["cart", "payments"], "carveout -q route payments ro": ["rollback"],
    }.items():  # fmt: skip
        code = f'source carveout.fish; complete -C "{line}"'
        run = subprocess.run(
            [fish, "--no-config", "-c", code], cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert [found.split("\t")[0] for found in run.stdout.splitlines()] == wanted, run.stderr


def test_help_with_quotes_stays_text() -> None:
    """What a verb says of itself is quoted for the shell that reads it."""
    evil = Verb("one", "it's $(touch evil) `touch evil`", (Word(("--two",), "'; touch evil; '", "text"),))
    for shell in ("bash", "zsh", "fish"):
        found = shutil.which(shell)
        if found is not None:
            run = subprocess.run(
                [found, "-n"], input=script(shell, [evil]), text=True, capture_output=True, check=False
            )
            assert run.returncode == 0, run.stderr
    with pytest.raises(ValueError, match="no plain word"):
        script("bash", [Verb("one; touch evil", "")])


def test_another_shell_is_refused() -> None:
    command = [sys.executable, "-m", "carveout", "completion", "tcsh"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert 'no completion is known for "tcsh"' in run.stderr
    assert "bash, zsh, fish" in run.stderr
