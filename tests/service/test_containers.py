"""The container file and the compose file: they cannot be built here, so they are read by what knows their rules."""

import subprocess
import sys
from pathlib import Path

from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[2]


def test_the_compose_file_keeps_to_the_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_container_file_copies_what_is_there_and_serves_without_being_root(tmp_path):
    parser = DockerfileParser(str(tmp_path))
    parser.content = (ROOT / "Containerfile").read_text()
    steps = [(step["instruction"], step["value"]) for step in parser.structure if step["instruction"] != "COMMENT"]
    copied = [source for name, value in steps if name == "COPY" for source in value.split()[:-1]]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert ("USER", "matcher") in steps
    assert steps[-1] == ("CMD", '["matcher", "serve", "--host", "0.0.0.0"]')
