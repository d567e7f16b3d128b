"""The argument lists that no mapping of the product makes, but that the embedded `sqoop` claims to understand.

A case is a file below `cases/<database>/` with one argument per line. Its comment says what it is about. A line
`# fails: …` says that the import must fail, with these words in its log; a line `# differs: …` says why our `sqoop`
does something else than Apache Sqoop here, which must then be so.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.conformance.paths import HERE

FOLDER = HERE / "cases"
FAILS, DIFFERS = "# fails: ", "# differs: "


@dataclass(frozen=True)
class Case:
    """One import; `fails` are words of the log, or None for an import that succeeds; `differs` is a reason."""

    name: str
    arguments: tuple[str, ...]
    fails: str | None
    differs: str | None

    def command(self, connect: str, driver: tuple[str, ...] = ()) -> list[str]:
        """The arguments of `sqoop`, into a directory of HDFS that has the case's name."""
        target = () if "--target-dir" in self.arguments else ("--target-dir", f"hdfs:///cases/{self.name}")
        generic = ["import", *(word for word in self.arguments if word.startswith("-D"))]
        rest = [word for word in self.arguments if not word.startswith("-D")]
        form = () if "--as-textfile" in self.arguments else ("--as-avrodatafile",)
        return [*generic, "--connect", connect, *driver, *rest, *target, *form]


def read_cases(database: str) -> list[Case]:
    """The cases of a database, by name."""
    return [read_case(path) for path in sorted((FOLDER / database).glob("*.args"))]


def read_case(path: Path) -> Case:
    lines = path.read_text(encoding="utf-8").splitlines()
    fails, differs = (
        next((line.removeprefix(word) for line in lines if line.startswith(word)), None) for word in (FAILS, DIFFERS)
    )
    return Case(path.stem, tuple(line for line in lines if line and not line.startswith("#")), fails, differs)
