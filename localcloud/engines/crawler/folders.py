"""Groups the objects under a crawler's target into tables and partitions, as Glue does, by their folders."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from localcloud.engines.athena.storage import StoredObject

HIVE_FOLDER = re.compile(r"([^=/]+)=([^/]*)$")


@dataclass
class PartitionFolder:
    """The objects of one partition (or of a whole table that has none)."""

    values: tuple[str, ...]
    location: str
    objects: list[StoredObject] = field(default_factory=list)


@dataclass
class TableFolder:
    """A table found: its name, its root, the names of its partition keys, its partitions."""

    name: str
    location: str
    keys: tuple[str, ...]
    partitions: dict[tuple[str, ...], PartitionFolder] = field(default_factory=dict)

    @property
    def objects(self) -> list[StoredObject]:
        return [item for partition in self.partitions.values() for item in partition.objects]


def table_folders(
    bucket: str, prefix: str, objects: Iterable[StoredObject], exclusions: Sequence[str]
) -> list[TableFolder]:
    """Tables under s3://bucket/prefix.

    Folders `key=value` are partitions. A target that holds files or such folders is one table; otherwise each of its
    folders is one, and folders below that without `=` are partitions called partition_0, partition_1, ...
    """
    excluded = [glob_pattern(item) for item in exclusions]
    found: list[tuple[list[str], StoredObject]] = []
    for item in objects:
        relative = item.key[len(prefix) :]
        parts = relative.split("/")
        hidden = any(part.startswith(("_", ".")) for part in parts)
        if not parts[-1] or hidden or any(pattern.fullmatch(relative) for pattern in excluded):
            continue
        found.append((parts[:-1], item))
    whole = any(not folders or HIVE_FOLDER.match(folders[0]) for folders, _ in found)
    tables: dict[str, TableFolder] = {}
    for folders, item in found:
        root, rest = ("", folders) if whole else (folders[0] + "/", folders[1:])
        location = f"s3://{bucket}/{prefix}{root}"
        pairs = _pairs(rest)
        keys, values = tuple(key for key, _ in pairs), tuple(value for _, value in pairs)
        name = table_name((prefix + root).rstrip("/").split("/")[-1] or bucket)
        table = tables.setdefault(location, TableFolder(name, location, keys))
        if len(keys) > len(table.keys):
            table.keys = keys
        path = location + "".join(part + "/" for part in rest)
        table.partitions.setdefault(values, PartitionFolder(values, path)).objects.append(item)
    for table in tables.values():
        table.partitions = {v: p for v, p in table.partitions.items() if len(v) == len(table.keys)}
    return list(tables.values())


def _pairs(folders: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for index, part in enumerate(folders):
        match = HIVE_FOLDER.match(part)
        pairs.append((match[1].lower(), match[2]) if match else (f"partition_{index}", part))
    return pairs


def table_name(text: str) -> str:
    """Glue's names: lower case, anything else than letters, digits and `_` becomes `_`."""
    return re.sub(r"[^a-z0-9_]", "_", text.lower())


def glob_pattern(glob: str) -> re.Pattern[str]:
    """An exclusion as a regular expression: `*` stays within a folder, `**` does not, `{a,b}` are alternatives."""
    pattern, index, depth = "", 0, 0
    while index < len(glob):
        char = glob[index]
        if glob.startswith("**/", index):
            pattern, index = pattern + "(?:.*/)?", index + 3
            continue
        if glob.startswith("**", index):
            pattern, index = pattern + ".*", index + 2
            continue
        if char == "[":
            end = glob.index("]", index)
            body = glob[index + 1 : end]
            pattern += "[" + ("^" + body[1:] if body.startswith("!") else body) + "]"
            index = end + 1
            continue
        if char == "\\" and index + 1 < len(glob):
            pattern, index = pattern + re.escape(glob[index + 1]), index + 2
            continue
        depth += (char == "{") - (char == "}")
        simple = {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
        pattern += "|" if char == "," and depth else simple.get(char, re.escape(char))
        index += 1
    return re.compile(pattern, re.S)
