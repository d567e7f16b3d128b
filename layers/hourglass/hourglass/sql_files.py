"""The SQL files that the layer carries: one statement per file, its name is the table's."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

STAGES = ("typed", "deleted", "clean", "quarantine", "features", "marts")


@dataclass(frozen=True)
class SqlFiles:
    """The text of every file by folder and name, without `.sql`."""

    folders: Mapping[str, Mapping[str, str]]

    def folder(self, name: str) -> Mapping[str, str]:
        return self.folders.get(name, {})

    def only(self, *names: str) -> "SqlFiles":
        """Without the other folders: parsing all of them takes most of a second."""
        return SqlFiles({name: self.folder(name) for name in names})


def load_sql(root: Traversable | None = None) -> SqlFiles:
    """Read the folders that a detection uses, from the installed layer unless told otherwise."""
    start = root if root is not None else files("hourglass") / "sql"
    return SqlFiles({name: _read(start / name) for name in ("tables", *STAGES, "checks", "plan")})


def _read(folder: Traversable) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return {file.name.removesuffix(".sql"): file.read_text(encoding="utf-8") for file in found}
