"""`hadoop fs` and `hdfs dfs`: the few subcommands that steps need, anything else is refused by name."""

import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from localcloud.engines.emr.filesystem import PathOutsideError, UnknownFileSystemError, local_path


class FileCommandError(Exception):
    """Raised with the sentence that Hadoop's shell prints."""


def main(argv: Sequence[str]) -> int:
    """Runs `hadoop fs -…` or `hdfs dfs -…`."""
    if len(argv) < 2 or argv[0] not in ("fs", "dfs"):
        sys.stderr.write(f"ERROR: {' '.join(argv[:1]) or 'hadoop'} is not COMMAND nor fully qualified CLASSNAME.\n")
        return 1
    command = COMMANDS.get(argv[1])
    if command is None:
        sys.stderr.write(f"{argv[1]}: Unknown command (this cluster has {' '.join(COMMANDS)})\n")
        return 255
    flags = {flag for word in argv[2:] if word.startswith("-") for flag in word[1:]}
    try:
        return command(flags, [word for word in argv[2:] if not word.startswith("-")])
    except (FileCommandError, UnknownFileSystemError, PathOutsideError) as error:
        sys.stderr.write(f"{argv[1][1:]}: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{argv[1][1:]}: {error.strerror}: `{error.filename}'\n")
        return 1


def _existing(path: str) -> Path:
    found = local_path(path)
    if not found.exists():
        raise FileCommandError(f"`{path}': No such file or directory")
    return found


def list_files(flags: set[str], paths: list[str]) -> int:
    for path in paths or ["."]:
        top = _existing(path)
        found = [top] if top.is_file() else sorted(top.rglob("*") if "R" in flags else top.iterdir())
        if top.is_dir() and "R" not in flags:
            sys.stdout.write(f"Found {len(found)} items\n")
        for item in found:
            status = item.stat()
            when = datetime.fromtimestamp(status.st_mtime)
            name = path if item == top else f"{path.rstrip('/')}/{item.relative_to(top)}"
            kind, copies = ("drwxr-xr-x", "-") if item.is_dir() else ("-rw-r--r--", "1")
            size = 0 if item.is_dir() else status.st_size
            sys.stdout.write(f"{kind}   {copies} hadoop hdfsadmingroup {size:>10} {when:%Y-%m-%d %H:%M} {name}\n")
    return 0


def make_folders(flags: set[str], paths: list[str]) -> int:
    for path in paths:
        folder = local_path(path)
        if folder.exists() and "p" not in flags:
            raise FileCommandError(f"`{path}': File exists")
        if not folder.parent.exists() and "p" not in flags:
            raise FileCommandError(f"`{path}': No such file or directory")
        folder.mkdir(parents=True, exist_ok=True)
    return 0


def remove(flags: set[str], paths: list[str]) -> int:
    for path in paths:
        if "f" in flags and not local_path(path).exists():
            continue
        found = _existing(path)
        if found.is_dir() and not flags & {"r", "R"}:
            raise FileCommandError(f"`{path}': Is a directory")
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()
        sys.stdout.write(f"Deleted {path}\n")
    return 0


def _copy(source: Path, target: Path, name: str, overwrite: bool) -> None:
    if target.is_dir():
        target = target / source.name
    if target.exists() and not overwrite:
        raise FileCommandError(f"`{name}': File exists")
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=overwrite, copy_function=_copy_file)
    else:
        _copy_file(str(source), str(target))


def _copy_file(source: str, target: str) -> None:
    """Writes a new file: the old one may have been copied to S3, where it is the same file."""
    if Path(target).is_file():
        Path(target).unlink()
    shutil.copyfile(source, target)


def put(flags: set[str], paths: list[str]) -> int:
    *sources, target = paths
    for source in sources:
        if not Path(source).exists():
            raise FileCommandError(f"`{source}': No such file or directory")
        _copy(Path(source), local_path(target), target, "f" in flags)
    return 0


def get(flags: set[str], paths: list[str]) -> int:
    *sources, target = paths
    for source in sources:
        _copy(_existing(source), Path(target), target, "f" in flags)
    return 0


def cat(_flags: set[str], paths: list[str]) -> int:
    for path in paths:
        with _existing(path).open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    return 0


def test(flags: set[str], paths: list[str]) -> int:
    path = local_path(paths[0])
    tests: dict[str, Callable[[], bool]] = {
        "e": path.exists,
        "d": path.is_dir,
        "f": path.is_file,
        "z": lambda: path.exists() and path.stat().st_size == 0,
        "s": lambda: path.exists() and path.stat().st_size > 0,
    }
    return 0 if all(tests[flag]() for flag in flags if flag in tests) else 1


COMMANDS: dict[str, Callable[[set[str], list[str]], int]] = {
    "-ls": list_files, "-mkdir": make_folders, "-rm": remove, "-put": put, "-copyFromLocal": put, "-get": get,
    "-copyToLocal": get, "-cat": cat, "-test": test,
}  # fmt: skip
