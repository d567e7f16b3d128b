"""The `spark-submit` program of a node: becomes the one of pyspark, on this machine instead of YARN."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from botocore.exceptions import ClientError

from localcloud.engines.emr import filesystem
from localcloud.engines.emr.programs import clients
from localcloud.engines.emr.spark.archive import java_options
from localcloud.engines.emr.spark.arguments import parse
from localcloud.engines.emr.spark.defaults import write_defaults
from localcloud.engines.emr.spark.errors import SparkError
from localcloud.engines.emr.spark.home import LocalFiles, environment, spark_home


def main(argv: Sequence[str]) -> int:
    """Runs a Spark program; returns only when it cannot be started."""
    scratch = Path(tempfile.mkdtemp(prefix="spark-"))
    try:
        home = spark_home()
        command = parse(argv, LocalFiles(home, scratch, fetch)).command()
    except SparkError as error:
        sys.stderr.write(f"spark-submit: error: {error}\n")
        return 1
    defaults = write_defaults(scratch, filesystem.hdfs_root(), java_options(home))
    return become(home, ["--properties-file", str(defaults), *command])  # one that was asked for comes later and wins


def become(home: Path, command: Sequence[str]) -> NoReturn:
    """Replaces this process by Spark's own `spark-submit`."""
    program = str(home / "bin" / "spark-submit")
    os.execve(program, [program, *command], {**os.environ, **environment(home)})  # noqa: S606 - it is there to run programs


def fetch(bucket: str, key: str, target: Path) -> None:
    """Copies an object to a file; FileNotFoundError if there is none."""
    try:
        clients.client("s3").download_file(bucket, key, str(target))
    except ClientError as error:
        raise FileNotFoundError(f"s3://{bucket}/{key}") from error
