"""What a user gets: the built wheel, in an empty environment, outside the checkout."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.wheel
def test_the_built_wheel_runs_the_sample_event(tmp_path):
    def run(*command, cwd=tmp_path):
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "empty")
    python = tmp_path / "empty" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", ROOT / "constraints.txt", wheel)
    said = run(tmp_path / "empty" / "bin" / "matcher", "demo", "--out", "out")
    assert "introductions among" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "introductions.csv", "lists.csv", "introductions.xlsx", "lists.html", "report.html",
        "audit.json", "problems.csv", "run.json",
    }  # fmt: skip
    assert "site-packages" in run(python, "-c", "import matcher; print(matcher.__file__)")
