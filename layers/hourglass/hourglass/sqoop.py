"""The engine `sqoop`: Apache Sqoop 1.4.7 on the last EMR release that has it."""

from dataclasses import dataclass

from hourglass.commands import Access, Command, script_command
from hourglass.imports import Import
from hourglass.sources import JAVA_TYPES

FETCH_ROWS = 10_000
WRAPPER, INSTALLER = "sqoop_with_secret.sh", "install_jdbc_driver.sh"


@dataclass(frozen=True)
class Sqoop:
    """Satisfies `hourglass.engines.Engine`."""

    release_label: str = "emr-7.4.0"
    applications: tuple[str, ...] = ("Hadoop", "Sqoop")
    scripts: tuple[str, ...] = (WRAPPER, INSTALLER)
    names_driver: bool = False

    def preparation(self, access: Access) -> dict[str, Command]:
        """Without a driver in the lake Sqoop uses the one that EMR installs with it."""
        if access.driver is None:
            return {}
        return {"Install the JDBC driver": script_command(access, INSTALLER, access.driver)}

    def command(self, access: Access, wanted: Import) -> Command:
        copy = ("--copy", wanted.directory, wanted.copied_to) if wanted.copied_to else ()
        return script_command(access, WRAPPER, access.secret_arn, *copy, *import_arguments(access.connect, wanted))


def import_arguments(connect: str, wanted: Import) -> list[str]:
    """The command line of `sqoop`, without user and password."""
    arguments = ["import", "--connect", connect, *_driver(connect), "--query", wanted.query]
    arguments += ["--target-dir", wanted.directory, "--as-avrodatafile", "--compression-codec", "snappy"]
    arguments += ["--fetch-size", str(FETCH_ROWS)]
    # What lands has the types of the mapping, whatever the driver thinks of an expression.
    arguments += ["--map-column-java", ",".join(f"{name}={JAVA_TYPES[kind]}" for name, kind in wanted.types.items())]
    arguments += ["--num-mappers", str(wanted.connections)]
    if wanted.split:
        arguments += ["--split-by", wanted.split.column, "--boundary-query", wanted.split.boundary_query]
    return arguments


def _driver(connect: str) -> list[str]:
    """Sqoop has no manager of its own for MariaDB's URLs, but EMR installs MariaDB's driver with it."""
    return ["--driver", "org.mariadb.jdbc.Driver"] if connect.startswith("jdbc:mariadb:") else []
