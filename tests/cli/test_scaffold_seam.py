"""`carveout scaffold SERVICE --step seam`: shown, refused, written whole, written twice, taken back."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import running

CARVEOUT = Path(sys.executable).with_name("carveout")
SAMPLE = Path(__file__).parents[2] / "sample_monolith"
BOUNDARY = """
[services.notifications]
modules = ["sample_monolith.notifications"]
tables = ["notifications", "notification_settings", "devices"]

[services.payments]
modules = ["sample_monolith.payments"]
tables = ["payments", "refunds"]
"""


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    told = running.run("scaffold", *arguments, "--path", root, "--no-progress", cwd=root.parent, COLUMNS="80")
    return running.told(told)


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".carveout", ".git", "__pycache__"} & set(path.relative_to(root).parts)
    }


@pytest.fixture(scope="module")
def analyzed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with its boundary, and the cache of one analysis: each test copies both."""
    root = tmp_path_factory.mktemp("shop")
    ignored = shutil.ignore_patterns("__pycache__", "*.db*", "uploads", ".carveout")
    shutil.copytree(SAMPLE, root / "sample_monolith", ignore=ignored)
    (root / "carveout.toml").write_text(BOUNDARY)
    subprocess.run([str(CARVEOUT), "analyze", str(root)], capture_output=True, check=True, timeout=120)
    return root


@pytest.fixture
def shop(analyzed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(analyzed, tmp_path, dirs_exist_ok=True)


def test_a_dry_run_tells_all_and_writes_nothing(shop: Path) -> None:
    before = snapshot(shop)
    told = run(shop, "payments", "--step", "seam")
    assert told.returncode == 2
    assert snapshot(shop) == before
    assert (
        "sample_monolith.payments.service.captured\n --> sample_monolith/payments/service.py:90\n"
        in told.stdout
    )
    assert "hazards: 4 refuse the step unless accepted, 3 warnings, 1 note\n" in told.stdout
    assert (
        "instance-crosses, 3 times\n  the result of sample_monolith.payments.service.charge cannot"
        in told.stdout
    )
    assert '+@payments_seam("sample_monolith.payments.service.captured")' in told.stdout
    assert "--accept-hazard instance-crosses" in told.stderr
    head = told.stdout.partition("\n--- ")[0]
    assert max(map(len, head.splitlines())) <= 80
    refused = run(shop, "payments", "--step", "seam", "--apply")
    assert refused.returncode == 2 and "unsafe" in refused.stderr
    assert snapshot(shop) == before


def test_apply_twice_is_once_and_undo_gives_back_every_byte(shop: Path) -> None:
    service = shop / "sample_monolith" / "payments" / "service.py"
    service.write_bytes(service.read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(shop)
    accepted = [f"--accept-hazard={id}" for id in ("instance-crosses", "stays-in-process")]
    first = run(shop, "payments", "--step", "seam", "--apply", *accepted)
    assert first.returncode == 0, first.stderr
    after = snapshot(shop)
    changed = {path for path in before if after.get(path) != before[path]}
    assert changed == {"sample_monolith/payments/service.py"}
    text = after["sample_monolith/payments/service.py"]
    assert (
        text.count(b"\n")
        == text.count(b"\r\n")
        == before["sample_monolith/payments/service.py"].count(b"\n") + 6
    )
    assert (
        b'@payments_seam("sample_monolith.payments.service.charge", accepted=("instance-crosses",))\r\n'
        in text
    )
    assert all("/_generated/" in path for path in after.keys() - before.keys())
    assert (
        b'"stays-in-process:sample_monolith.payments.models.Payment.left_cents"'
        in after["sample_monolith/_generated/payments_seam.py"]
    )
    again = run(shop, "payments", "--step", "seam", "--apply", *accepted)
    assert again.returncode == 0, again.stderr
    assert snapshot(shop) == after
    undone = run(shop, "payments", "--step", "seam", "--undo")
    assert undone.returncode == 0, undone.stderr
    assert snapshot(shop) == before
    assert run(shop, "payments", "--step", "seam", "--undo").returncode == 2


def test_two_seams_share_what_carries_them_and_edits_stay(shop: Path) -> None:
    before = snapshot(shop)
    accepted = [
        f"--accept-hazard={id}" for id in ("instance-crosses", "stays-in-process", "transaction-spans")
    ]
    assert run(shop, "payments", "--step", "seam", "--apply", *accepted[:2]).returncode == 0
    lost = "--accept-hazard=commit-left-to-caller"
    told = run(shop, "notifications", "--step", "seam", "--apply", accepted[2], lost)
    assert told.returncode == 0, told.stderr
    service = shop / "sample_monolith" / "payments" / "service.py"
    service.write_text(service.read_text() + "\n\n# mine\n")
    assert run(shop, "payments", "--step", "seam", "--undo").returncode == 0
    middle = snapshot(shop)
    assert "sample_monolith/_generated/seams/codec.py" in middle
    assert "sample_monolith/_generated/payments_seam.py" not in middle
    assert service.read_bytes() == before["sample_monolith/payments/service.py"] + b"\n\n# mine\n"
    compiled = subprocess.run(
        [sys.executable, "-c", "import sample_monolith.notifications.sender as s; print(s.order_paid.__module__)"],
        cwd=shop, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert compiled.stdout == "sample_monolith.notifications.sender\n", compiled.stderr
    assert run(shop, "notifications", "--step", "seam", "--undo").returncode == 0
    assert snapshot(shop).keys() == before.keys()


def test_mistakes_are_told_with_what_to_type(shop: Path) -> None:
    unknown = run(shop, "paymnts", "--step", "seam")
    assert unknown.returncode == 2 and "did you mean 'payments'" in unknown.stderr
    step = run(shop, "payments", "--step", "sem")
    assert step.returncode == 2 and "there is no step 'sem'" in step.stderr
    hazard = run(shop, "payments", "--step", "seam", "--accept-hazard", "nothing")
    assert hazard.returncode == 2 and "there is no hazard 'nothing'" in hazard.stderr


def test_a_dirty_tree_is_said_first(shop: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", str(shop), "-c", "user.name=a", "-c", "user.email=a@b", *words],
            check=True,
            capture_output=True,
        )

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "all")
    assert "last commit" not in run(shop, "payments", "--step", "seam").stderr
    (shop / "sample_monolith" / "clock.py").write_text("changed = 1\n")
    told = run(shop, "payments", "--step", "seam")
    assert "note: 1 file differs from the last commit: sample_monolith/clock.py" in told.stderr
