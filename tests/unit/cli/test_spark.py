"""What `hourglass run --engine spark` looks for before it deploys."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.spark import find_driver, lend_driver

URL = "jdbc:postgresql://localhost:5432/company"


@pytest.fixture
def spark(tmp_path: Path) -> ModuleSpec:
    """A pyspark with the jars that `make spark` fetches."""
    folder = tmp_path / "pyspark" / "external" / "lib"
    folder.mkdir(parents=True)
    for name in ("spark-avro.jar", "postgresql-42.7.9.jar", "mariadb-java-client-3.5.11.jar"):
        (folder / name).touch()
    return ModuleSpec("pyspark", None, origin=str(tmp_path / "pyspark" / "__init__.py"))


def java(_name: str) -> str:
    return "/usr/bin/java"


def test_the_driver_of_the_database_is_found_beside_spark(spark):
    assert find_driver(URL, lambda _: spark, java).name == "postgresql-42.7.9.jar"
    assert find_driver("jdbc:mariadb://db/company", lambda _: spark, java).name == "mariadb-java-client-3.5.11.jar"


def test_a_machine_without_java_is_told_so(spark):
    with pytest.raises(CommandError, match=r"needs Java .* no java on the PATH"):
        find_driver(URL, lambda _: spark, lambda _: None)


def test_a_machine_without_spark_is_told_how_to_get_it():
    with pytest.raises(CommandError, match="`make spark` installs it"):
        find_driver(URL, lambda _: None, java)


@pytest.mark.parametrize("missing", ["spark-avro.jar", "postgresql-42.7.9.jar"])
def test_a_missing_jar_is_told_with_its_folder(spark, tmp_path, missing):
    folder = tmp_path / "pyspark" / "external" / "lib"
    (folder / missing).unlink()
    with pytest.raises(CommandError, match=r"no spark-avro.jar in .*external/lib: `make spark` fetches them"):
        find_driver(URL, lambda _: spark, java)


class Bucket:
    """The three calls of S3 that lending takes."""

    def __init__(self, *keys: str) -> None:
        self.keys = set(keys)
        self.uploads = 0

    def list_objects_v2(self, Bucket: str, Prefix: str) -> dict[str, list[dict[str, str]]]:
        found = [{"Key": key} for key in sorted(self.keys) if key.startswith(Prefix)]
        return {"Contents": found} if found else {}

    def delete_object(self, Bucket: str, Key: str) -> None:
        self.keys.remove(Key)

    def upload_file(self, _file: str, _bucket: str, key: str) -> None:
        self.keys.add(key)
        self.uploads += 1


def test_the_driver_is_lent_once_and_taken_back_for_sqoop():
    s3 = Bucket("jobs/abc/import_table.py", "jobs/jdbc/postgresql-42.7.8.jar")
    for _ in range(2):
        lend_driver(s3, "lake", Path("/spark/postgresql-42.7.9.jar"))
    assert s3.keys == {"jobs/abc/import_table.py", "jobs/jdbc/postgresql-42.7.9.jar"}
    assert s3.uploads == 1
    lend_driver(s3, "lake", None)
    assert s3.keys == {"jobs/abc/import_table.py"}
