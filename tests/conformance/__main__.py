"""`make conformance`: says what it compares with, compares, and says plainly what it could not.

usage: python -m tests.conformance [PYTEST ARGUMENT…] | lock

What this machine lacks makes it fail, because nothing was compared; with CONFORMANCE=optional in the environment, as CI
has it, it says NOT RUN and goes on. `lock` fetches the libraries of pom.xml anew and writes their checksums.
"""

import os
import sys

import pytest

from mariadb import MariaDBBinariesMissingError
from mariadb.binaries import find_installation
from tests.conformance import apache_sqoop, maven
from tests.conformance.cases import Case, read_cases
from tests.conformance.paths import HERE

NOT_RUN = 1


def main(arguments: list[str]) -> int:
    """Answers the exit code."""
    if arguments == ["lock"]:
        maven.write_lock()
        return 0
    try:
        java = apache_sqoop.java_version()
        libraries = maven.libraries()
    except maven.NotAvailableError as error:
        return not_run("conformance with Apache Sqoop", str(error))
    print(
        f"Apache Sqoop 1.4.7 on Java {java}; {len(list(libraries.iterdir()))} libraries, checksums as locked",
        flush=True,
    )
    modules, missing = [HERE / "test_postgresql.py", HERE / "test_mariadb.py"], ""
    try:
        find_installation()
    except MariaDBBinariesMissingError as error:
        modules, missing = modules[:1], str(error)
    code = int(pytest.main(["-n", "2", "--dist", "loadfile", *map(str, modules), *arguments]))
    print(f"conformance with Apache Sqoop: {'passed' if code == 0 else 'FAILED'}")
    if missing:
        code = not_run("conformance with Apache Sqoop on MariaDB", missing) or code
    for case in known_differences():
        print(f"known difference, {case.name}: {case.differs}")
    return code


def known_differences() -> list[Case]:
    """The cases whose difference is meant."""
    return [case for database in ("postgresql", "mariadb") for case in read_cases(database) if case.differs]


def not_run(what: str, reason: str) -> int:
    """Says so; the exit code."""
    print(f"{what}: NOT RUN, {reason}")
    return 0 if os.environ.get("CONFORMANCE") == "optional" else NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
