"""Finds the command behind a step's jar: EMR's two runners are known, any other jar is refused."""

import re
from collections.abc import Callable
from pathlib import Path

from localcloud.engines.emr import filesystem

SCRIPT_RUNNER = re.compile(r"s3n?://([a-z0-9-]+\.)?elasticmapreduce/libs/script-runner/script-runner\.jar")
COMMAND_RUNNER = re.compile(r"(.*/)?command-runner\.jar")
Fetch = Callable[[str, str, Path], None]


class JarError(Exception):
    """Raised when a step cannot be started; `reason` is EMR's FailureDetails.Reason."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def command_of(jar: str, args: list[str], scratch: Path, fetch: Fetch) -> list[str]:
    """The program and arguments to run; a script is fetched from S3 into `scratch` first."""
    if COMMAND_RUNNER.fullmatch(jar):
        if not args:
            raise JarError("Unknown Error.", "command-runner.jar needs a command in its arguments")
        return list(args)
    if SCRIPT_RUNNER.fullmatch(jar):
        if not args:
            raise JarError("Unknown Error.", "script-runner.jar needs a script in its arguments")
        return [*fetch_script(args[0], scratch, fetch), *args[1:]]
    raise JarError(
        "Error fetching jar file.",
        f"{jar}: only command-runner.jar and script-runner.jar can be run by this cluster",
    )


def fetch_script(location: str, scratch: Path, fetch: Fetch) -> list[str]:
    """The command that runs a script: the script itself if it names its interpreter, else bash."""
    if filesystem.is_s3(location):
        bucket, key = filesystem.bucket_and_key(location)
        script = scratch / (key.rsplit("/", 1)[-1] or "script")
        try:
            fetch(bucket, key, script)
        except KeyError:
            raise JarError("Unknown Error.", f"The script {location} does not exist") from None
    else:
        script = Path(location.removeprefix("file://"))
        if not script.is_file():
            raise JarError("Unknown Error.", f"The script {location} does not exist")
    if filesystem.is_s3(location):
        script.chmod(0o700)
    with script.open("rb") as file:
        return [str(script)] if file.read(2) == b"#!" else ["bash", str(script)]
