"""Maps Hadoop paths to files: `hdfs:///x` is `<node>/hdfs/x`, `file:///x` is the machine's `/x`.

A path without a scheme is one of HDFS, below `/user/hadoop` when it is relative, as on EMR.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

HDFS_ROOT_VARIABLE = "EMR_HDFS_ROOT"
HOME = "/user/hadoop"
ROUTE_OF_FILES = "emr/files"  # where the cloud takes files of HDFS as objects


class UnknownFileSystemError(Exception):
    """Raised for a scheme that no file system of this cluster serves."""

    def __init__(self, scheme: str) -> None:
        super().__init__(f'No FileSystem for scheme "{scheme}"')


class PathOutsideError(Exception):
    """Raised for a path whose `..` would leave HDFS."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Path {path} leaves the file system")


def hdfs_root() -> Path:
    """The folder that holds this node's HDFS."""
    return Path(os.environ[HDFS_ROOT_VARIABLE])


def is_s3(path: str) -> bool:
    return urlsplit(path).scheme in ("s3", "s3n", "s3a")


def bucket_and_key(path: str) -> tuple[str, str]:
    """`s3://bucket/some/key` as its two parts."""
    _, _, rest = path.partition("://")
    bucket, _, key = rest.partition("/")
    return bucket, key


def local_path(path: str) -> Path:
    """The file behind a Hadoop path."""
    scheme, separator, rest = path.partition(":")
    if not separator or "/" in scheme:
        scheme, rest = "hdfs", path
    if scheme == "file":
        return Path("/" + rest.lstrip("/"))
    if scheme not in ("hdfs", "viewfs"):
        raise UnknownFileSystemError(scheme)
    if rest.startswith("//"):
        _, _, below = rest[2:].partition("/")
        rest = "/" + below
    if not rest.startswith("/"):
        rest = f"{HOME}/{rest}"
    root = hdfs_root()
    target = Path(os.path.normpath(root / rest.lstrip("/")))
    if target != root and root not in target.parents:
        raise PathOutsideError(path)
    return target


def display(path: str) -> str:
    """A path as Hadoop's messages write it: with its scheme."""
    if ":" in path.split("/", 1)[0]:
        return path
    return f"hdfs://{path if path.startswith('/') else f'{HOME}/{path}'}"
