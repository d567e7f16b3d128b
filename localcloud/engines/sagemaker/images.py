"""Runs a container image's program without a container, from the folder that holds its Dockerfile.

What is honoured: COPY and ADD of local paths (from the Dockerfile's folder, or from its parent when the image
is built with the parent as context), WORKDIR, ENV, ARG defaults and an exec-form ENTRYPOINT. The files are
linked below a private root; WORKDIR becomes the working directory and, with the folders of PYTHONPATH, is on
PYTHONPATH; `python` is this cloud's own interpreter. RUN, USER, EXPOSE, LABEL and CMD have no effect: the
program's libraries are those of the machine.
"""

import json
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.errors import UnsupportedError

WITHOUT_EFFECT = frozenset(
    ["FROM", "RUN", "USER", "EXPOSE", "LABEL", "CMD", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER", "VOLUME", "SHELL"]
)
PYTHONS = re.compile(r"(.*/)?python(3(\.\d+)?)?")
VARIABLE = re.compile(r"\$\{?(\w+)(?::-([^}]*))?\}?")


@dataclass
class Recipe:
    """What a Dockerfile says about running its program."""

    entrypoint: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    copies: list[tuple[list[str], str]] = field(default_factory=list)


def repository_of(image: str) -> str:
    """The last part of an image URI's path: `123.dkr.ecr.x.amazonaws.com/team/model:1` is `model`."""
    return image.split("@")[0].rsplit("/", 1)[-1].split(":")[0]


def read_recipe(dockerfile: Path) -> Recipe:
    """Reads a Dockerfile; UnsupportedError names what cannot be honoured."""
    recipe = Recipe()
    arguments: dict[str, str] = {}
    for line in _instructions(dockerfile.read_text()):
        name, _, rest = line.partition(" ")
        name, rest = name.upper(), rest.strip()
        known = arguments | recipe.environment
        if name == "ENV":
            recipe.environment.update(_pairs(_substitute(rest, known)))
        elif name == "ARG":
            key, _, value = rest.partition("=")
            arguments[key] = value
        elif name == "WORKDIR":
            recipe.workdir = os.path.normpath(str(Path(recipe.workdir) / _substitute(rest, known)))
        elif name in ("COPY", "ADD"):
            recipe.copies.append(_copy(rest, recipe.workdir, known, dockerfile))
        elif name == "ENTRYPOINT":
            if not rest.startswith("["):
                raise UnsupportedError(f'{dockerfile}: ENTRYPOINT must have the exec form ["…"]; it is {rest}')
            recipe.entrypoint = json.loads(rest)
        elif name not in WITHOUT_EFFECT:
            raise UnsupportedError(f"{dockerfile}: the instruction {name} is not supported")
    if not recipe.entrypoint:
        raise UnsupportedError(f"{dockerfile}: there is no ENTRYPOINT to run")
    return recipe


@dataclass(frozen=True)
class Program:
    """How to start an image's program."""

    argv: list[str]
    cwd: Path
    environment: dict[str, str]


def unpack(folder: Path, root: Path) -> Program:
    """Lays an image's files out below `root` and answers how to start its program."""
    dockerfile = folder / "Dockerfile"
    if not dockerfile.is_file():
        raise UnsupportedError(f"There is no Dockerfile in {folder}")
    recipe = read_recipe(dockerfile)
    for sources, target in recipe.copies:
        for source in sources:
            _lay(_find(folder, source), root / target.lstrip("/"), target.endswith("/") or len(sources) > 1)
    cwd = root / recipe.workdir.lstrip("/")
    cwd.mkdir(parents=True, exist_ok=True)
    paths = [str(root / path.lstrip("/")) for path in recipe.environment.get("PYTHONPATH", "").split(":") if path]
    environment = {**recipe.environment, "PYTHONPATH": os.pathsep.join((str(cwd), *paths))}
    program, *arguments = recipe.entrypoint
    if PYTHONS.fullmatch(program):
        argv = [sys.executable, *arguments]
    else:
        inside = root / program.lstrip("/")
        argv = [str(inside) if program.startswith("/") and inside.exists() else program, *arguments]
    environment.pop("PATH", None)
    return Program(argv, cwd, environment)


def _instructions(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [line.strip() for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines()]


def _pairs(text: str) -> dict[str, str]:
    words = shlex.split(text)
    if words and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])}
    return dict(word.split("=", 1) for word in words if "=" in word)


def _substitute(text: str, known: dict[str, str]) -> str:
    return VARIABLE.sub(lambda match: known.get(match[1], match[2] or ""), text)


def _copy(rest: str, workdir: str, known: dict[str, str], dockerfile: Path) -> tuple[list[str], str]:
    words = json.loads(rest) if rest.startswith("[") else shlex.split(_substitute(rest, known))
    if any(word.startswith("--from") for word in words):
        raise UnsupportedError(f"{dockerfile}: COPY --from is not supported")
    *sources, target = (word for word in words if not word.startswith("--"))
    absolute = target if target.startswith("/") else f"{workdir.rstrip('/')}/{target.removeprefix('./').rstrip('.')}"
    return sources, absolute


def _find(folder: Path, source: str) -> list[Path]:
    for context in (folder, folder.parent):
        found = sorted(context.glob(source)) if source not in (".", "./") else [context]
        if found:
            return found
    raise UnsupportedError(f"COPY {source}: there is no such file in {folder} or its parent")


def _lay(sources: list[Path], target: Path, is_folder: bool) -> None:
    for source in sources:
        if source.is_file():
            place = target / source.name if is_folder or target.is_dir() else target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.symlink_to(source.resolve())
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(str(target).rstrip("/")).symlink_to(source.resolve(), target_is_directory=True)
        else:
            real = target.resolve() if target.is_symlink() else None
            if real == source.resolve():
                continue
            if real:
                target.unlink()
                shutil.copytree(real, target, ignore=shutil.ignore_patterns(".*", "__pycache__"))
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
