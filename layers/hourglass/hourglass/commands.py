"""What an EMR step runs, and what every engine must know to say it."""

from collections.abc import Mapping
from dataclasses import dataclass

COMMAND_RUNNER = "command-runner.jar"


@dataclass(frozen=True)
class Command:
    """The jar of a step and its arguments."""

    jar: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Access:
    """How steps reach the source: never with a password, only with the ARN of the secret that holds it.

    `scripts` are the `s3://` URIs of files under `jobs/` by name, `driver` that of the source's JDBC driver.
    """

    connect: str
    secret_arn: str
    region: str
    scripts: Mapping[str, str]
    driver: str | None = None


def script_command(access: Access, script: str, *arguments: str) -> Command:
    """Run one of the scripts on the primary node."""
    runner = f"s3://{access.region}.elasticmapreduce/libs/script-runner/script-runner.jar"
    return Command(runner, (access.scripts[script], *arguments))
