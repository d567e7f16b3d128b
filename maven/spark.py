"""Puts the jars that EMR has beside Spark, and JDBC drivers, beside the Spark of pyspark.

python -m maven.spark [lock]
"""

import importlib.util
import shutil
import sys
from pathlib import Path

from maven import ChecksumError, Libraries, NotAvailableError

HERE = Path(__file__).parent
LIBRARIES = Libraries(HERE / "spark.xml", HERE / "spark.lock")
AVRO = "spark-avro_*.jar"


def install(libraries: Path, spark: Path) -> Path:
    """Copies the jars into `external/lib`, where EMR has spark-avro.jar without its version; answers that folder."""
    folder = spark / "external" / "lib"
    folder.mkdir(parents=True, exist_ok=True)
    for jar in libraries.iterdir():
        shutil.copyfile(jar, folder / ("spark-avro.jar" if jar.match(AVRO) else jar.name))
    return folder


def main(argv: list[str]) -> int:
    """Installs, or writes the lock; 1 with a sentence when that cannot be."""
    if argv == ["lock"]:
        LIBRARIES.write_lock()
        return 0
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        sys.stderr.write("make spark: pyspark is not installed\n")
        return 1
    try:
        install(LIBRARIES.folder(), Path(found.origin).parent)
    except (NotAvailableError, ChecksumError) as error:
        sys.stderr.write(f"make spark: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
