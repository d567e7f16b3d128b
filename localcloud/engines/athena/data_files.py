"""A file that a scan reads, and what its first bytes tell."""

from dataclasses import dataclass
from pathlib import Path

from localcloud.engines.athena.catalog import Storage


@dataclass(frozen=True)
class DataFile:
    """A file to read and the partition it belongs to; `name` is how Athena calls it in errors."""

    path: Path
    name: str
    size: int
    values: tuple[str, ...]
    storage: Storage


def compression(path: Path) -> str:
    """How a text file is compressed, by its first bytes: object names tell nothing here."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start[:2] == b"\x1f\x8b":
        return "gzip"
    if start == b"\x28\xb5\x2f\xfd":
        return "zstd"
    if start[:3] == b"BZh":
        return "bz2"
    return "none"
