"""`make conformance`: says what it compares with, compares, and says plainly what it could not.

usage: python -m tests.conformance [sqoop | spark | trino | clients] [PYTEST ARGUMENT…] | lock

What this machine lacks makes it fail, because nothing was compared; with CONFORMANCE=optional in the environment, as CI
has it, it says NOT RUN and goes on. MySQL runs where a `mysqld` is on the PATH: no registry has one to fetch. `lock`
fetches the libraries of both pom.xml anew and writes their checksums.
"""

import os
import sys
from collections.abc import Callable, Mapping

import pytest

from cli.errors import CommandError
from cli.spark import find_driver
from mariadb import MariaDBBinariesMissingError
from mariadb.binaries import find_installation
from maven import NotAvailableError
from tests.conformance import apache_sqoop
from tests.conformance.cases import Case, read_cases
from tests.conformance.clients import environment
from tests.conformance.clients.suites import SUITES, Suite
from tests.conformance.mysql_server import find_mysqld
from tests.conformance.paths import HERE, LIBRARIES
from tests.conformance.trino import server
from tests.conformance.trino.expressions import read_expressions

NOT_RUN = 1
DATABASES: Mapping[str, Callable[[], object]] = {"MariaDB": find_installation, "MySQL": find_mysqld}
UNFETCHED = ("MySQL", "pyathena", "awswrangler")  # run where somebody has them
DBT_PROJECT = "dbt-project"


def main(arguments: list[str]) -> int:
    """Answers the exit code."""
    if arguments == ["lock"]:
        for libraries in (LIBRARIES, server.LIBRARIES):
            libraries.write_lock()
        return 0
    parts = {"sqoop": with_apache_sqoop, "spark": with_spark, "trino": with_trino, "clients": with_clients}
    chosen = arguments[:1] if arguments and arguments[0] in parts else list(parts)
    return max(parts[name]([each for each in arguments if each not in parts]) for name in chosen)


def with_apache_sqoop(arguments: list[str]) -> int:
    """Compares the embedded `sqoop` with Apache Sqoop."""
    try:
        java = apache_sqoop.java_version()
        libraries = LIBRARIES.folder()
    except NotAvailableError as error:
        return not_run("conformance with Apache Sqoop", str(error))
    print(
        f"Apache Sqoop 1.4.7 on Java {java}; {len(list(libraries.iterdir()))} libraries, checksums as locked",
        flush=True,
    )
    modules, missing = ["test_postgresql.py"], {}
    for database, find in DATABASES.items():
        try:
            find()
        except (MariaDBBinariesMissingError, NotAvailableError) as error:
            missing[database] = str(error)
        else:
            modules.append(f"test_{database.lower()}.py")
    code = compare(modules, arguments)
    print(f"conformance with Apache Sqoop: {'passed' if code == 0 else 'FAILED'}")
    for database, reason in missing.items():
        failed = not_run(f"conformance with Apache Sqoop on {database}", reason)
        code = code if database in UNFETCHED else failed or code
    for case in known_differences():
        print(f"known difference, {case.name}: {case.differs}")
    return code


def with_spark(arguments: list[str]) -> int:
    """Compares the engine spark with the engine sqoop, as the embedded one runs it."""
    try:
        find_driver("jdbc:postgresql:")
        find_installation()
    except (CommandError, MariaDBBinariesMissingError) as error:
        return not_run("conformance of the engine spark", str(error))
    code = compare(["test_spark.py", "test_spark_run.py"], arguments)
    print(f"conformance of the engine spark: {'passed' if code == 0 else 'FAILED'}")
    return code


def with_trino(arguments: list[str]) -> int:
    """Compares the embedded Athena with Trino."""
    try:
        java = server.find_java()
        server.LIBRARIES.folder()
    except NotAvailableError as error:
        return not_run("conformance with Trino", str(error))
    print(f"Trino {server.VERSION} on Java {java}; libraries as locked", flush=True)
    code = compare(["trino"], arguments, processes=0)  # one Trino
    print(f"conformance with Trino: {'passed' if code == 0 else 'FAILED'}")
    for expression in read_expressions():
        if expression.outcome == "differs":
            print(f"known difference, {expression.text}: {expression.words}")
        elif expression.outcome == "open":
            print(f"open difference, {expression.text}: {expression.words}")
    return code


def compare(modules: list[str], arguments: list[str], processes: int = 2) -> int:
    paths = [str(HERE / module) for module in modules]
    return int(pytest.main(["-n", str(processes), "--dist", "loadfile", *paths, *arguments]))


def with_clients(arguments: list[str]) -> int:
    """Runs the tests of software written for Athena against the embedded cloud; `clients dbt-athena` only one's."""
    if os.environ.get("CONFORMANCE") == "optional":
        return not_run("conformance with Athena's clients", "it takes minutes")
    names = [*(suite.name for suite in SUITES), DBT_PROJECT]
    chosen = [each for each in arguments if each in names] or names
    arguments = [each for each in arguments if each not in names]
    codes = [with_client(suite, arguments) for suite in SUITES if suite.name in chosen]
    return max([*codes, with_dbt(arguments) if DBT_PROJECT in chosen else 0])


def with_client(suite: Suite, arguments: list[str]) -> int:
    try:
        code = suite.run(arguments)
    except NotAvailableError as error:
        failed = not_run(suite.title, str(error))
        return 0 if suite.name in UNFETCHED else failed
    print(f"{suite.title}: {'passed' if code == 0 else 'FAILED'}")
    for name, reason in suite.known_differences().items():
        print(f"known difference, {name}: {reason}")
    return code


def with_dbt(arguments: list[str]) -> int:
    title = "a dbt project on the embedded Athena"
    try:
        environment.python()
    except NotAvailableError as error:
        return not_run(title, str(error))
    code = int(pytest.main([str(HERE / "clients" / "test_dbt.py"), *arguments]))
    print(f"{title}: {'passed' if code == 0 else 'FAILED'}")
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
