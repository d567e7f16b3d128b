"""Finds Spark and Java on this machine, and the files that a command line names."""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

from localcloud.engines.emr import filesystem
from localcloud.engines.emr.spark.errors import MissingFileError, NotOnThisClusterError

EMR_HOME = "/usr/lib/spark/"  # where EMR has what pyspark brings here


def spark_home(
    find: Callable[[str], ModuleSpec | None] = importlib.util.find_spec,
    which: Callable[[str], str | None] = shutil.which,
) -> Path:
    """The folder of pyspark, which is a SPARK_HOME.

    Raises:
        NotOnThisClusterError: pyspark or Java is missing.
    """
    found = find("pyspark")
    if found is None or found.origin is None:
        raise NotOnThisClusterError("Spark is not on this machine: the Python package pyspark is not installed")
    if which("java") is None:
        raise NotOnThisClusterError("Spark needs Java, and there is no java on the PATH")
    return Path(found.origin).parent


def environment(home: Path) -> dict[str, str]:
    """What Spark's own programs are told by variables."""
    return {
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(home / "conf"),  # which pyspark does not have
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "TZ": "UTC",  # the zone of EMR's nodes
    }


class LocalFiles:
    """Answers the file on this machine for each path of a command line; objects are fetched into `folder`."""

    def __init__(self, home: Path, folder: Path, fetch: Callable[[str, str, Path], None]) -> None:
        self._home = home
        self._folder = folder
        self._fetch = fetch

    def __call__(self, path: str) -> str:
        """The path of a file that exists.

        Raises:
            MissingFileError: it does not.
        """
        if filesystem.is_s3(path):
            bucket, key = filesystem.bucket_and_key(path)
            target = self._folder / key.rsplit("/", 1)[-1]
            try:
                self._fetch(bucket, key, target)
            except FileNotFoundError:
                raise MissingFileError(f"java.io.FileNotFoundException: No such file or directory '{path}'") from None
            return str(target)
        if path.startswith(("hdfs:", "file:")):
            found = filesystem.local_path(path)
        elif path.startswith(EMR_HOME):
            found = self._home / path.removeprefix(EMR_HOME)
        else:
            found = Path(path.removeprefix("local:"))
        if not found.is_file():
            raise MissingFileError(f"java.io.FileNotFoundException: File {found} does not exist")
        return str(found)
