"""The wrapper that hands Sqoop its password, run by bash with stand-ins for `aws` and `sqoop` on the PATH."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "jobs" / "sqoop_with_secret.sh"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:source-AbCdEf"
PASSWORD = "se'cr\"et $HOME \\n é"
SECRET = {"username": "ingest user", "password": PASSWORD, "engine": "postgres"}

AWS = """#!/bin/bash
printf '%s\\n' "$@" >"$SEEN/aws"
cat "$SEEN/secret"
"""
REFUSING_AWS = """#!/bin/bash
echo "An error occurred (AccessDeniedException) when calling the GetSecretValue operation" >&2
exit 254
"""
SQOOP = """#!/bin/bash
printf '%s\\0' "$@" >"$SEEN/sqoop"
env >"$SEEN/environment"
file=${@: -1}
file=${file#file://}
echo "$file" >"$SEEN/password_file"
stat -c %a "$file" >"$SEEN/mode" 2>/dev/null || stat -f %Lp "$file" >"$SEEN/mode"
cat "$file" >"$SEEN/password"
"""
# No `touch`: an interrupt that meets it is taken for handled, and the script goes on to sleep.
WAITING_SQOOP = SQOOP + ': >"$SEEN/waiting"\nsleep 60\n'


def listen_to_interrupts() -> None:
    """What runs in the background of a shell has them ignored, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Node:
    """A machine with the two programs; `seen` is what they wrote down."""

    folder: Path

    def install(self, name: str, text: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(text)
        program.chmod(0o755)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        (self.folder / "bin" / "python3").unlink(missing_ok=True)
        (self.folder / "bin" / "python3").symlink_to(Path(sys.executable).resolve())
        environment = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.defpath}",
            "TMPDIR": str(self.folder / "tmp"),
            "SEEN": str(self.folder),
        }
        return subprocess.Popen(
            ["bash", str(SCRIPT), ARN, *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=listen_to_interrupts,
        )

    def seen(self, name: str) -> str:
        return (self.folder / name).read_text()

    def left_behind(self) -> list[Path]:
        return list((self.folder / "tmp").iterdir())


@pytest.fixture
def node(tmp_path: Path) -> Node:
    for name in ("bin", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret").write_text(json.dumps(SECRET) + "\n")
    found = Node(tmp_path)
    found.install("aws", AWS)
    found.install("sqoop", SQOOP)
    return found


def end(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_sqoop_gets_its_arguments_the_user_and_a_file_with_nothing_but_the_password(node: Node) -> None:
    query = "select a, 'b c' from t where $CONDITIONS"
    assert end(node.start("import", "-Dx=y", "--query", query)) == (0, "", "")
    words = node.seen("sqoop").split("\0")[:-1]
    assert words[:-1] == ["import", "-Dx=y", "--query", query, "--username", "ingest user", "--password-file"]
    assert words[-1] == "file://" + node.seen("password_file").strip()
    assert node.seen("password") == PASSWORD
    assert node.seen("mode").strip() == "400"
    assert node.left_behind() == []


def test_the_secret_is_asked_for_by_its_arn_in_its_region(node: Node) -> None:
    end(node.start("import"))
    assert node.seen("aws").splitlines() == [
        "secretsmanager", "get-secret-value", "--region", "eu-west-1", "--secret-id", ARN, "--query", "SecretString",
        "--output", "text",
    ]  # fmt: skip


def test_a_password_that_was_rotated_is_the_next_steps(node: Node) -> None:
    end(node.start("import"))
    (node.folder / "secret").write_text(json.dumps({**SECRET, "password": "rotated"}))
    end(node.start("import"))
    assert node.seen("password") == "rotated"


def test_the_password_is_no_argument_and_no_environment_variable(node: Node) -> None:
    end(node.start("import"))
    assert "se'cr" not in node.seen("sqoop") + node.seen("environment") + node.seen("aws")


@pytest.mark.parametrize(
    ("break_it", "code", "sentence"),
    [
        (lambda node: node.install("sqoop", SQOOP + "exit 3\n"), 3, ""),
        (lambda node: node.install("aws", REFUSING_AWS), 254, "AccessDeniedException"),
        (lambda node: (node.folder / "secret").write_text("no json"), 1, "JSONDecodeError"),
        (lambda node: (node.folder / "secret").write_text('{"username": "u"}'), 1, "KeyError: 'password'"),
    ],
    ids=["sqoop fails", "no permission", "not JSON", "no password"],
)
def test_a_failure_is_the_steps_and_leaves_nothing(
    node: Node, break_it: Callable[[Node], object], code: int, sentence: str
) -> None:
    break_it(node)
    found, _, err = end(node.start("import"))
    assert found == code
    assert sentence in (err.splitlines() or [""])[-1]
    assert node.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_step_that_is_ended_takes_the_password_along(node: Node, number: signal.Signals) -> None:
    node.install("sqoop", WAITING_SQOOP)
    process = node.start("import")
    while not (node.folder / "waiting").exists():
        assert process.poll() is None
    assert len(node.left_behind()) == 1
    os.killpg(process.pid, number)
    assert end(process)[0] != 0
    assert node.left_behind() == []
