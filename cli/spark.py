"""What the engine spark needs on a laptop: Spark itself, Java, and the JDBC driver of the source in the lake bucket."""

import importlib.util
import shutil
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from cli.errors import CommandError

DRIVERS = "jobs/jdbc/"  # docs/operations.md
JARS = {"postgresql": "postgresql-*.jar", "mariadb": "mariadb-java-client-*.jar", "mysql": "mysql-connector-j-*.jar"}


def find_driver(
    jdbc_url: str,
    find: Callable[[str], ModuleSpec | None] = importlib.util.find_spec,
    which: Callable[[str], str | None] = shutil.which,
) -> Path:
    """The driver that `make spark` has put beside Spark.

    Raises:
        CommandError: this machine lacks Java, Spark or the driver; says how to get it.
    """
    if which("java") is None:
        raise CommandError("The engine spark needs Java (17, say), and there is no java on the PATH.")
    spark = find("pyspark")
    if spark is None or spark.origin is None:
        raise CommandError("The engine spark needs Apache Spark: `make spark` installs it beside this command.")
    folder = Path(spark.origin).parent / "external" / "lib"
    pattern = JARS[jdbc_url.split(":")[1]]
    found = max(folder.glob(pattern), default=None)
    if found is None or not (folder / "spark-avro.jar").is_file():
        raise CommandError(f"There is no {pattern} or no spark-avro.jar in {folder}: `make spark` fetches them.")
    return found


def lend_driver(s3: Any, bucket: str, driver: Path | None) -> None:
    """Put the driver where operations put it; without one, take back what was lent: Sqoop has its own here."""
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=DRIVERS).get("Contents", [])
    for entry in listed:
        if driver is None or not entry["Key"].endswith(f"/{driver.name}"):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
    if driver is not None and not any(entry["Key"].endswith(f"/{driver.name}") for entry in listed):
        s3.upload_file(str(driver), bucket, DRIVERS + driver.name)
