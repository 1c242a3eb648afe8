"""The one writer: all or nothing, nothing of others overwritten, everything taken back."""

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from carveout.analyzer.model.changes import Change
from carveout.analyzer.model.errors import OutputError, Refused, UsageError
from carveout.generators import write
from carveout.generators.write import apply, preview, undo

STATE = ".carveout/scaffold/pay.json"


def snapshot(root: Path) -> dict[str, tuple[int, bytes | None]]:
    return {
        path.relative_to(root).as_posix(): (
            stat.S_IMODE(path.lstat().st_mode),
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(root.rglob("*"))
    }


def generated(path: str, new: str | None, old: str | None = None) -> Change:
    return Change(path, new, old)


def users(path: str, new: str) -> Change:
    return Change(path, new, owner="user")


def test_files_are_written_with_their_modes_and_recorded(tmp_path: Path) -> None:
    """The record is readable and holds digests, owners and folders, no clocks."""
    outcome = apply(
        [generated("a/b.txt", "x\n"), Change("run.sh", "#!/bin/sh\n", mode=0o755)], tmp_path, "pay"
    )
    assert outcome.written == ("a/b.txt", "run.sh")
    assert (tmp_path / "a/b.txt").read_text() == "x\n"
    assert stat.S_IMODE((tmp_path / "run.sh").stat().st_mode) == 0o755
    state = json.loads((tmp_path / STATE).read_text())
    assert state["schema"] == "carveout/scaffold/0"
    assert [row["path"] for row in state["files"]] == ["a/b.txt", "run.sh"]
    assert state["folders"] == [".carveout", ".carveout/scaffold", "a"]


def test_undo_takes_back_exactly_what_was_written(tmp_path: Path) -> None:
    """New files and folders go, changed files come back with their mode, the rest stays."""
    (tmp_path / "mine.py").write_text("old\n")
    (tmp_path / "mine.py").chmod(0o600)
    (tmp_path / "gone.py").write_text("bye\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/keep.txt").write_text("keep")
    before = snapshot(tmp_path)
    changes = [
        generated("a/new.txt", "new"),
        generated("deep/er/new.txt", "new"),
        generated("mine.py", "new\n", old="old\n"),
        generated("gone.py", None, old="bye\n"),
    ]
    apply(changes, tmp_path, "pay")
    assert (tmp_path / "mine.py").read_text() == "new\n"
    assert not (tmp_path / "gone.py").exists()
    undo(tmp_path, "pay")
    assert snapshot(tmp_path) == before


def test_undo_removes_compiled_python_but_nothing_else(tmp_path: Path) -> None:
    """Having run the code is no reason to keep its folder; a file of the user's is."""
    apply([generated("a/x.py", "1"), generated("b/x.py", "1")], tmp_path, "pay")
    (tmp_path / "a/__pycache__").mkdir()
    (tmp_path / "a/__pycache__/x.cpython-311.pyc").write_bytes(b"")
    (tmp_path / "b/notes.txt").write_text("mine")
    undo(tmp_path, "pay")
    assert sorted(snapshot(tmp_path)) == ["b", "b/notes.txt"]


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    """The second run finds everything as it left it."""
    changes = [generated("a.txt", "1"), users("b.txt", "2")]
    apply(changes, tmp_path, "pay")
    before = snapshot(tmp_path)
    outcome = apply(changes, tmp_path, "pay")
    assert (outcome.written, outcome.unchanged) == ((), ("a.txt", "b.txt"))
    assert snapshot(tmp_path) == before


def test_files_of_others_are_never_overwritten(tmp_path: Path) -> None:
    """All files in the way are named at once, and nothing is written."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("mine")
    before = snapshot(tmp_path)
    changes = [generated("a.txt", "x"), users("b.txt", "x"), generated("c.txt", "x")]
    with pytest.raises(Refused) as caught:
        apply(changes, tmp_path, "pay")
    assert [name in str(caught.value) for name in ("a.txt", "b.txt", "c.txt")] == [True, True, False]
    with pytest.raises(Refused):
        preview(changes, tmp_path, "pay")
    assert snapshot(tmp_path) == before


def test_a_file_that_is_there_already_is_not_taken_over(tmp_path: Path) -> None:
    """What was there before with the same text stays when all is taken back."""
    (tmp_path / "a.txt").write_text("x")
    apply([generated("a.txt", "x"), generated("b.txt", "x")], tmp_path, "pay")
    undo(tmp_path, "pay")
    assert sorted(snapshot(tmp_path)) == ["a.txt"]


def test_an_edited_generated_file_is_refused(tmp_path: Path) -> None:
    """An edit below `_generated/` is not lost silently."""
    apply([generated("_generated/a.py", "1")], tmp_path, "pay")
    (tmp_path / "_generated/a.py").write_text("edited")
    with pytest.raises(Refused, match=r"_generated/a\.py"):
        apply([generated("_generated/a.py", "2")], tmp_path, "pay")
    with pytest.raises(Refused, match="edited since"):
        apply([generated("other.py", "2")], tmp_path, "pay")
    assert (tmp_path / "_generated/a.py").read_text() == "edited"


def test_edits_of_a_generated_file_are_merged_with_what_is_new(tmp_path: Path) -> None:
    """The edit stays however often is written; where both change, nothing is written and the place is told."""
    path = tmp_path / "_generated/a.py"
    apply([generated("_generated/a.py", "1\n2\n3\n"), generated("b.py", "1")], tmp_path, "pay")
    path.write_text("1\n2\n3\n# mine\n")
    for _ in range(2):
        outcome = apply(
            [generated("_generated/a.py", "one\n2\n3\n"), generated("b.py", "1")], tmp_path, "pay"
        )
        assert path.read_text() == "one\n2\n3\n# mine\n"
    assert outcome.kept == ("_generated/a.py",)
    path.write_text("one\ntwo\n3\n# mine\n")
    before = snapshot(tmp_path)
    again = [generated("_generated/a.py", "one\nII\n3\n"), generated("b.py", "2"), generated("c.py", "1")]
    for action in (apply, preview):
        with pytest.raises(Refused, match=r"_generated/a\.py:2"):
            action(again, tmp_path, "pay")
    assert snapshot(tmp_path) == before
    with pytest.raises(Refused, match="edited since"):
        undo(tmp_path, "pay")


def test_files_of_the_user_are_written_once(tmp_path: Path) -> None:
    """An edited or deleted file of the user's is left so; one that nobody touched is brought up to date."""
    apply([users("a.py", "1"), users("b.py", "1"), users("c.py", "1")], tmp_path, "pay")
    (tmp_path / "a.py").write_text("edited")
    (tmp_path / "b.py").unlink()
    outcome = apply([users("a.py", "2"), users("b.py", "2"), users("c.py", "2")], tmp_path, "pay")
    assert (outcome.kept, outcome.written) == (("a.py",), ("c.py",))
    assert (tmp_path / "a.py").read_text() == "edited"
    assert not (tmp_path / "b.py").exists()
    assert (tmp_path / "c.py").read_text() == "2"


def test_files_that_are_not_wanted_any_more_go(tmp_path: Path) -> None:
    """A second run removes what only the first one wrote, but no edited file of the user's."""
    apply([generated("a.py", "1"), users("b.py", "1"), users("c.py", "1")], tmp_path, "pay")
    (tmp_path / "c.py").write_text("edited")
    outcome = apply([generated("d.py", "1")], tmp_path, "pay")
    assert (outcome.removed, outcome.kept, outcome.written) == (("a.py", "b.py"), ("c.py",), ("d.py",))
    assert sorted(path.name for path in tmp_path.glob("*.py")) == ["c.py", "d.py"]


def test_undo_refuses_when_generated_files_were_edited(tmp_path: Path) -> None:
    """All edited files are named and nothing is removed."""
    apply([generated("a.py", "1"), generated("b.py", "1"), users("c.py", "1")], tmp_path, "pay")
    (tmp_path / "b.py").write_text("edited")
    (tmp_path / "c.py").write_text("edited")
    before = snapshot(tmp_path)
    with pytest.raises(Refused, match=r"b\.py") as caught:
        undo(tmp_path, "pay")
    assert "c.py" not in str(caught.value)
    assert snapshot(tmp_path) == before


def test_undo_keeps_what_the_user_edited_in_own_files(tmp_path: Path) -> None:
    """The rest goes; an own file that was deleted is neither kept nor removed."""
    apply([generated("s/a.py", "1"), users("s/README.md", "1"), users("s/b.py", "1")], tmp_path, "pay")
    (tmp_path / "s/README.md").write_text("edited")
    (tmp_path / "s/b.py").unlink()
    outcome = undo(tmp_path, "pay")
    assert (outcome.removed, outcome.kept) == (("s/a.py",), ("s/README.md",))
    assert sorted(snapshot(tmp_path)) == ["s", "s/README.md"]


def test_an_own_file_that_was_deleted_is_not_kept(tmp_path: Path) -> None:
    """It is not written again, and nobody says that it was left as it is."""
    changes = [generated("a.py", "1"), users("b.py", "1")]
    apply(changes, tmp_path, "pay")
    (tmp_path / "b.py").unlink()
    assert "b.py" not in preview(changes, tmp_path, "pay")
    outcome = apply(changes, tmp_path, "pay")
    assert (outcome.written, outcome.kept) == ((), ())
    assert not (tmp_path / "b.py").exists()


def test_a_service_whose_folder_was_deleted_is_written_as_a_whole(tmp_path: Path) -> None:
    """Files of the user's, too: who deletes all of it wants it anew, not what was generated alone."""
    changes = [
        generated("services/pay/g.py", "1"),
        users("services/pay/u.py", "1"),
        users("services/x/u.py", "1"),
    ]
    apply(changes, tmp_path, "pay")
    rmtree(tmp_path / "services/pay")
    (tmp_path / "services/x/u.py").unlink()
    assert apply(changes, tmp_path, "pay").written == ("services/pay/g.py", "services/pay/u.py")


def test_undo_of_nothing_is_a_mistake(tmp_path: Path) -> None:
    """The message says what to type."""
    with pytest.raises(UsageError, match="nothing was written for 'pay'") as caught:
        undo(tmp_path, "pay")
    assert "carveout scaffold pay --dry-run" in caught.value.help


def test_undo_of_another_step_names_those_that_were_written(tmp_path: Path) -> None:
    apply([generated("a.py", "1")], tmp_path, "pay.seam")
    apply([generated("b.py", "1")], tmp_path, "payments")
    with pytest.raises(UsageError, match="the step service of pay was not written") as caught:
        undo(tmp_path, "pay")
    assert caught.value.help == "carveout scaffold pay --step seam --undo"
    undo(tmp_path, "pay.seam")
    with pytest.raises(UsageError, match="nothing was written for 'pay'"):
        undo(tmp_path, "pay")


def test_what_two_services_share_goes_with_the_last(tmp_path: Path) -> None:
    """The proxy's common files stay while one service needs them, also when the user edited them."""
    apply(
        [generated("proxy/nginx.conf", "x"), users("proxy/listen.conf", "y"), generated("a.py", "1")],
        tmp_path,
        "pay",
    )
    (tmp_path / "proxy/listen.conf").write_text("edited")
    shared = [generated("proxy/nginx.conf", "x"), users("proxy/listen.conf", "y")]
    outcome = apply([*shared, generated("b.py", "1")], tmp_path, "orders")
    assert (outcome.written, outcome.kept) == (("b.py",), ("proxy/listen.conf",))
    undo(tmp_path, "pay")
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
        ".carveout", "b.py", "listen.conf", "nginx.conf", "orders.json"
    ]  # fmt: skip
    (tmp_path / "proxy/listen.conf").write_text("y")
    undo(tmp_path, "orders")
    assert sorted(snapshot(tmp_path)) == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", ".git/hooks/x", "a\\b", "a\nb", "a\0b"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    """Nothing is written outside the project, nor into the repository's own folder."""
    root = tmp_path / "project"
    root.mkdir()
    with pytest.raises(Refused):
        apply([generated("ok.txt", "x"), generated(path, "x")], root, "pay")
    assert sorted(snapshot(tmp_path)) == ["project"]


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    """Neither a linked folder nor a linked file carries a write outside."""
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "f.txt").write_text("mine")
    (root / "folder").symlink_to(outside)
    (root / "f.txt").symlink_to(outside / "f.txt")
    for path in ("folder/x.txt", "f.txt"):
        with pytest.raises(Refused, match="link"):
            apply([generated(path, "x")], root, "pay")
    assert sorted(snapshot(outside)) == ["f.txt"]
    assert (outside / "f.txt").read_text() == "mine"


def test_a_file_where_a_folder_is_needed_is_refused(tmp_path: Path) -> None:
    """The message names the file in the way."""
    (tmp_path / "a").write_text("")
    with pytest.raises(Refused, match="a is a file, not a folder"):
        apply([generated("a/b.txt", "x")], tmp_path, "pay")


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder that the test may write to without being root (root may write anywhere)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)


def test_a_read_only_folder_is_an_output_error(unprivileged: Path) -> None:
    """The file that could not be written is named, and all others are taken back."""
    (unprivileged / "locked").mkdir(mode=0o555)
    with pytest.raises(OutputError, match=r"locked/x\.txt cannot be written: Permission denied"):
        apply([generated("a.txt", "x"), generated("locked/x.txt", "x")], unprivileged, "pay")
    with pytest.raises(OutputError, match=r"locked/sub cannot be written"):
        apply([generated("a.txt", "x"), generated("locked/sub/x.txt", "x")], unprivileged, "pay")
    assert sorted(snapshot(unprivileged)) == ["locked"]


@pytest.mark.parametrize("fails_at", range(1, 5))
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_any_moment_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int, error: BaseException
) -> None:
    """Whichever file fails to move into its place, new, changed and removed ones are taken back."""
    (tmp_path / "b.txt").write_text("old")
    (tmp_path / "c.txt").write_text("old")
    before = snapshot(tmp_path)
    moves = 0
    move = write._Transaction._move

    def breaking(self: write._Transaction, *arguments: object) -> None:
        nonlocal moves
        moves += 1
        if moves == fails_at:
            raise error
        move(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(write._Transaction, "_move", breaking)
    changes = [
        generated("a/x.txt", "x"),
        generated("b.txt", "new", old="old"),
        generated("c.txt", None, old="old"),
    ]
    with pytest.raises(OutputError if isinstance(error, OSError) else KeyboardInterrupt):
        apply(changes, tmp_path, "pay")
    assert snapshot(tmp_path) == before


def test_a_damaged_record_is_told(tmp_path: Path) -> None:
    """A record that cannot be read is not taken for an empty one."""
    apply([generated("a.txt", "x")], tmp_path, "pay")
    for text in ("", "[]", '{"schema": "carveout/scaffold/9"}'):
        (tmp_path / STATE).write_text(text)
        for action in (
            lambda: undo(tmp_path, "pay"),
            lambda: apply([generated("a.txt", "y")], tmp_path, "pay"),
        ):
            with pytest.raises(OutputError, match="cannot be read"):
                action()
    assert (tmp_path / "a.txt").read_text() == "x"


@pytest.mark.parametrize("subject", ["../x", "", "a/b", ".hidden"])
def test_a_subject_names_one_file(tmp_path: Path, subject: str) -> None:
    """The record cannot be led out of its folder."""
    with pytest.raises(UsageError):
        apply([generated("a.txt", "x")], tmp_path, subject)
    with pytest.raises(UsageError):
        undo(tmp_path, subject)


def test_a_preview_is_a_tree_and_a_diff(tmp_path: Path) -> None:
    """New, changed and removed files are marked; copies are named and not spelt out."""
    (tmp_path / "b.txt").write_text("one\ntwo\n")
    (tmp_path / "c.txt").write_text("bye")
    changes = [
        generated("a/x.txt", "new\n"),
        generated("b.txt", "one\n2\n", old="one\ntwo\n"),
        generated("c.txt", None, old="bye"),
        Change("a/copy.py", "x = 1\n", owner="user", origin="shop/x.py"),
    ]
    assert preview(changes, tmp_path) == (
        "  a/\n+   copy.py  (copy of shop/x.py)\n+   x.txt\n~ b.txt\n- c.txt\n(+ new, ~ changed, - removed)\n\n"
        "--- /dev/null\n+++ b/a/x.txt\n@@ -0,0 +1 @@\n+new\n"
        "--- a/b.txt\n+++ b/b.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
        "--- a/c.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n\\ No newline at end of file\n"
    )
    assert preview([], tmp_path) == "nothing to write\n"
    assert sorted(snapshot(tmp_path)) == ["b.txt", "c.txt"]


def test_the_order_of_changes_does_not_matter(tmp_path: Path) -> None:
    """The same changes give the same preview and the same record."""
    changes = [generated(f"{name}.txt", name) for name in "cab"]
    records = []
    for number, order in enumerate((changes, changes[::-1])):
        root = tmp_path / str(number)
        root.mkdir()
        assert preview(order, root) == preview(changes, root)
        apply(order, root, "pay")
        records.append((root / STATE).read_bytes())
    assert records[0] == records[1]


def test_one_file_written_twice_is_refused(tmp_path: Path) -> None:
    """Two generators that want the same file are a mistake, whoever would win."""
    with pytest.raises(Refused, match=r"a\.txt"):
        apply([generated("a.txt", "1"), generated("a.txt", "2")], tmp_path, "pay")
