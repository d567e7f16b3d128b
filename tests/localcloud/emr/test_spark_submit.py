"""How `spark-submit` finds what it is told about, and what it says on a machine without Spark."""

import importlib.machinery
from pathlib import Path

import pytest

from localcloud.engines.emr.spark.archive import java_options
from localcloud.engines.emr.spark.arguments import Submission, parse
from localcloud.engines.emr.spark.defaults import write_defaults
from localcloud.engines.emr.spark.errors import InvalidArgumentsError, MissingFileError, NotOnThisClusterError
from localcloud.engines.emr.spark.home import LocalFiles, spark_home


def here(path: str) -> str:
    return f"<{path}>"


def test_files_are_made_local_and_the_jobs_own_arguments_stay_as_they_are() -> None:
    argv = ["--jars", "s3://b/a.jar,/c.jar", "--conf", "x=y", "s3://b/job.py", "--jars", "s3://mine"]
    assert parse(argv, here) == Submission(
        ("--jars", "<s3://b/a.jar>,</c.jar>", "--conf", "x=y"), "<s3://b/job.py>", ("--jars", "s3://mine")
    )


def test_this_machine_is_the_cluster_whatever_master_and_deploy_mode_are_asked_for() -> None:
    argv = ["--master", "yarn", "--deploy-mode=cluster", "-c", "a=b", "job.py"]
    assert parse(argv, here).command() == ["--conf", "a=b", "<job.py>"]


@pytest.mark.parametrize("word", ["--version", "--help", "-h"])
def test_a_question_about_spark_needs_no_program(word: str) -> None:
    assert parse([word], here).program is None


@pytest.mark.parametrize(
    ("argv", "error", "sentence"),
    [
        (
            ["--packages", "org:a:1", "job.py"],
            NotOnThisClusterError,
            "does not reach Maven Central; put the jar into S3",
        ),
        (["--master", "spark://other:7077", "job.py"], NotOnThisClusterError, "this cluster's is yarn"),
        (["--jar", "a.jar", "job.py"], InvalidArgumentsError, "Unrecognized option: --jar"),
        (["--conf"], InvalidArgumentsError, "Missing argument for option '--conf'"),
        (["--conf", "a=b"], InvalidArgumentsError, "Missing application resource"),
    ],
)
def test_what_this_cluster_cannot_do_is_said(argv: list[str], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        parse(argv, here)


def no_objects(bucket: str, key: str, target: Path) -> None:
    raise FileNotFoundError(f"{bucket}/{key}")


def put_object(bucket: str, key: str, target: Path) -> None:
    target.write_text(f"{bucket} {key}")


def test_an_object_is_fetched_under_its_own_name(tmp_path: Path) -> None:
    found = LocalFiles(tmp_path, tmp_path, put_object)("s3://lake/jobs/abc/job.py")
    assert found == str(tmp_path / "job.py")
    assert Path(found).read_text() == "lake jobs/abc/job.py"


def test_what_emr_has_below_usr_lib_spark_is_below_the_home_of_pyspark(tmp_path: Path) -> None:
    jar = tmp_path / "external" / "lib" / "spark-avro.jar"
    jar.parent.mkdir(parents=True)
    jar.touch()
    assert LocalFiles(tmp_path, tmp_path, no_objects)("/usr/lib/spark/external/lib/spark-avro.jar") == str(jar)


def test_a_file_of_hdfs_is_a_file_of_the_node(tmp_path: Path, hdfs: Path) -> None:
    (hdfs / "job.py").touch()
    assert LocalFiles(tmp_path, tmp_path, no_objects)("hdfs:///job.py") == str(hdfs / "job.py")


@pytest.mark.parametrize("path", ["s3://lake/nothing.py", "/usr/lib/spark/external/lib/nothing.jar", "/nothing.py"])
def test_a_file_that_is_not_there_is_named(path: str, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"FileNotFoundException: .*nothing"):
        LocalFiles(tmp_path, tmp_path, no_objects)(path)


SPEC = importlib.machinery.ModuleSpec("pyspark", None, origin="/site-packages/pyspark/__init__.py")


def test_a_machine_without_pyspark_says_so() -> None:
    with pytest.raises(NotOnThisClusterError, match="the Python package pyspark is not installed"):
        spark_home(find=lambda _: None, which=lambda _: "/usr/bin/java")


def test_a_machine_without_java_says_so() -> None:
    with pytest.raises(NotOnThisClusterError, match="Spark needs Java, and there is no java on the PATH"):
        spark_home(find=lambda _: SPEC, which=lambda _: None)


def test_the_home_of_spark_is_the_folder_of_pyspark() -> None:
    assert spark_home(find=lambda _: SPEC, which=lambda _: "/usr/bin/java") == Path("/site-packages/pyspark")


def test_the_archive_of_classes_is_used_where_there_is_one(tmp_path: Path) -> None:
    assert "SharedArchiveFile" not in java_options(tmp_path)
    (tmp_path / "classes.jsa").touch()
    assert f"-XX:SharedArchiveFile={tmp_path}/classes.jsa" in java_options(tmp_path)


def test_what_spark_and_its_jvm_leave_in_files_stays_on_the_node(tmp_path: Path) -> None:
    lines = write_defaults(tmp_path, tmp_path / "hdfs", "-Xmx1g").read_text().splitlines()
    assert f"spark.driver.defaultJavaOptions -Xmx1g -Djava.io.tmpdir={tmp_path}" in lines
    assert f"spark.local.dir {tmp_path}" in lines
    assert (tmp_path / "hdfs/var/log/spark/apps").is_dir()
