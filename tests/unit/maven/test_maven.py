"""Libraries are fetched once, and none comes through that the lock does not know."""

import hashlib
from pathlib import Path

import pytest

from maven import ChecksumError, Libraries, NotAvailableError, fetch
from maven.spark import install


@pytest.fixture
def central(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What Maven Central holds, by file name; `fetched` counts."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    class Central:
        def __init__(self) -> None:
            self.files = {"a-1.jar": b"a", "b-2.jar": b"b"}
            self.fetched = 0

        def fetch(self, _pom: Path, folder: Path) -> None:
            self.fetched += 1
            folder.mkdir(exist_ok=True)
            for name, body in self.files.items():
                (folder / name).write_bytes(body)

    return Central()


@pytest.fixture
def libraries(tmp_path: Path, central) -> Libraries:
    found = Libraries(tmp_path / "some.xml", tmp_path / "some.lock", central.fetch)
    found.write_lock()
    central.fetched = 0
    return found


def test_the_lock_is_one_that_sha256sum_checks(libraries: Libraries):
    assert libraries.lock.read_text().splitlines()[0] == f"{hashlib.sha256(b'a').hexdigest()}  a-1.jar"


def test_what_is_in_the_cache_is_not_fetched_again(libraries: Libraries, central):
    assert libraries.folder() == libraries.folder()
    assert sorted(path.name for path in libraries.folder().iterdir()) == ["a-1.jar", "b-2.jar"]
    assert central.fetched == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a-1.jar": b"x", "b-2.jar": b"b"}, r"a-1.jar: SHA-256 2d711642.*, some.lock has ca978112"),
        ({"a-1.jar": b"a"}, r"b-2.jar: SHA-256 missing"),
        ({"a-1.jar": b"a", "b-2.jar": b"b", "c.jar": b""}, r"c.jar: SHA-256 e3b0c442.*has no such file"),
    ],
)
def test_a_file_that_is_not_the_locked_one_is_refused_and_not_kept(libraries, central, files, sentence):
    central.files = files
    with pytest.raises(ChecksumError, match=sentence):
        libraries.folder()
    central.files = {"a-1.jar": b"a", "b-2.jar": b"b"}
    assert libraries.folder().is_dir()


def test_a_file_of_the_cache_that_was_changed_is_refused(libraries: Libraries):
    (libraries.folder() / "a-1.jar").write_bytes(b"other")
    with pytest.raises(ChecksumError, match=r"a-1\.jar"):
        libraries.folder()


def test_a_machine_without_maven_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailableError, match=r"no mvn \(Apache Maven\) on the PATH"):
        fetch(tmp_path / "pom.xml", tmp_path)


@pytest.mark.parametrize(
    ("said", "error", "sentence"),
    [
        (
            "[ERROR] Could not transfer artifact a:b:1 from central",
            NotAvailableError,
            "Maven Central cannot be reached",
        ),
        ("[ERROR] Non-parseable POM", RuntimeError, "Non-parseable POM"),
    ],
)
def test_a_maven_that_fails_is_quoted(monkeypatch, tmp_path: Path, said: str, error: type[Exception], sentence: str):
    program = tmp_path / "mvn"
    program.write_text(f"#!/bin/sh\necho '{said}'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(error, match=sentence):
        fetch(tmp_path / "pom.xml", tmp_path)


def test_spark_gets_its_jars_where_emr_has_them(tmp_path: Path):
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    for name in ("spark-avro_2.12-3.5.6.jar", "postgresql-42.7.14.jar"):
        (fetched / name).touch()
    folder = install(fetched, tmp_path / "pyspark")
    assert folder == tmp_path / "pyspark" / "external" / "lib"
    assert sorted(path.name for path in folder.iterdir()) == ["postgresql-42.7.14.jar", "spark-avro.jar"]
