"""An archive of the classes that every Spark program loads: with it Spark starts in half of the processor time.

    python -m localcloud.engines.emr.spark.archive

writes it beside Spark. It holds for this Java and this Spark alone; the JVM goes without one that does not fit. Nothing
of Spark may stand before its jars on the class path but what does not exist, so there is no folder of configuration.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from localcloud.engines.emr.spark.errors import SparkError
from localcloud.engines.emr.spark.home import environment, spark_home

NAME = "classes.jsa"
WARM_UP = """\
import sys
from pyspark.sql import SparkSession

session = SparkSession.builder.getOrCreate()
rows = session.range(4).selectExpr("id", "cast(id as string) as words", "id > 2 as large")
rows.union(rows).repartition(2, "words").groupBy("large").count().write.parquet(sys.argv[1])
session.read.parquet(sys.argv[1]).orderBy("large").collect()
session.stop()
"""
# Steps live for seconds: compiling for hours of work would take longer than the work.
JAVA_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
QUIET = "-Xlog:disable"


def java_options(home: Path) -> str:
    """How a JVM of Spark is started: with the archive, where there is one."""
    archive = home / NAME
    return f"{JAVA_OPTIONS} -XX:SharedArchiveFile={archive} {QUIET}" if archive.is_file() else JAVA_OPTIONS


def write_archive(home: Path) -> Path:
    """Runs a program that uses much of Spark, and keeps the classes that it has loaded.

    Raises:
        SparkError: the program failed; says what Spark said.
    """
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        program, archive = Path(scratch, "warm_up.py"), Path(scratch, NAME)
        program.write_text(WARM_UP, encoding="utf-8")
        settings = {
            "spark.master": "local[1]",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": f"{JAVA_OPTIONS} -XX:ArchiveClassesAtExit={archive} {QUIET}",
        }
        options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        command = [str(home / "bin" / "spark-submit"), *options, str(program), f"{scratch}/rows"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, **environment(home)}
        )
        if done.returncode != 0 or not archive.is_file():
            raise SparkError(f"the archive of Spark's classes was not written: {done.stderr}")
        return archive.replace(home / NAME)


if __name__ == "__main__":
    try:
        write_archive(spark_home())
    except SparkError as error:
        sys.exit(f"{error}")
