"""The image holds what serving needs, in the locked versions."""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "model"
PIN = re.compile(r"^([a-z0-9_-]+)==(\S+)", re.MULTILINE)


def imported() -> set[str]:
    names = set()
    for file in MODEL.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"model"}


def test_the_image_installs_exactly_what_the_package_imports():
    named = {"httptools"}  # by name, in the arguments of uvicorn
    assert {name for name, _ in PIN.findall((MODEL / "requirements.txt").read_text())} == imported() | named


def test_the_image_installs_the_locked_versions():
    locked = set(PIN.findall((ROOT / "requirements.lock").read_text()))
    assert set(PIN.findall((MODEL / "requirements.txt").read_text())) <= locked


def test_the_image_starts_the_entry_point_without_a_shell():
    assert 'ENTRYPOINT ["python", "-m", "model"]' in (MODEL / "Dockerfile").read_text()
