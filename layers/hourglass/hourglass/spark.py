"""The engine `spark`: a Spark JDBC job on a current EMR release. `jobs/import_table.py` does what its arguments say."""

from collections.abc import Mapping
from dataclasses import dataclass

from hourglass.commands import COMMAND_RUNNER, Access, Command
from hourglass.errors import SettingsError
from hourglass.imports import Import

JOB = "import_table.py"
AVRO_JAR = "/usr/lib/spark/external/lib/spark-avro.jar"  # EMR has it beside Spark, not on its class path
AVRO_TYPES: Mapping[str, str] = {"bigint": "long", "integer": "int", "boolean": "boolean"}


@dataclass(frozen=True)
class Spark:
    """Satisfies `hourglass.engines.Engine`."""

    release_label: str = "emr-7.14.0"
    applications: tuple[str, ...] = ("Hadoop", "Spark")
    scripts: tuple[str, ...] = (JOB,)
    names_driver: bool = True

    def preparation(self, access: Access) -> dict[str, Command]:
        """Spark takes the driver from the lake itself.

        Raises:
            SettingsError: there is none; EMR installs none for Spark.
        """
        _driver(access)
        return {}

    def command(self, access: Access, wanted: Import) -> Command:
        arguments = import_arguments(access.connect, access.secret_arn, wanted)
        return Command(COMMAND_RUNNER, (*submit_arguments(access, wanted.connections), *arguments))


def submit_arguments(access: Access, connections: int) -> list[str]:
    """`spark-submit` up to the job: in client mode, so that its error is the step's.

    The password reaches the executors inside their tasks: what travels and what spills is encrypted.
    """
    settings = {
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.dynamicAllocation.maxExecutors": str(connections),
        "spark.speculation": "false",  # it would read a range twice, on one more connection
    }
    conf = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    return [
        "spark-submit",
        "--deploy-mode",
        "client",
        "--jars",
        f"{AVRO_JAR},{_driver(access)}",
        *conf,
        access.scripts[JOB],
    ]


def import_arguments(connect: str, secret_arn: str, wanted: Import) -> list[str]:
    """The command line of the job."""
    types = ",".join(f"{name}={AVRO_TYPES.get(kind, 'string')}" for name, kind in wanted.types.items())
    arguments = ["--connect", connect, "--secret", secret_arn, "--query", wanted.query, "--types", types]
    arguments += ["--target-dir", wanted.directory]
    if wanted.split:
        arguments += ["--split-by", wanted.split.column, "--boundary-query", wanted.split.boundary_query]
        arguments += ["--connections", str(wanted.split.connections)]
    if wanted.copied_to:
        arguments += ["--copy", wanted.copied_to]
    return arguments


def _driver(access: Access) -> str:
    if access.driver is None:
        raise SettingsError("the engine spark needs the JDBC driver of the source under jobs/jdbc/ in the lake bucket")
    return access.driver
