"""Takes the command line of `spark-submit` apart: what it says of files, of the master, and the rest.

The options are those of Spark 3.5 (`SparkSubmitOptionParser`). Everything that is not listed here as special goes to
Spark as it came.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from localcloud.engines.emr.spark.errors import InvalidArgumentsError, NotOnThisClusterError

FILES = frozenset({"--jars", "--py-files", "--files", "--archives"})
PLACES = frozenset({"--master", "--deploy-mode"})  # this machine is the cluster
FROM_THE_INTERNET = frozenset({"--packages", "--exclude-packages", "--repositories"})
OTHERS = frozenset(
    [
        "--class",
        "--conf",
        "--driver-class-path",
        "--driver-cores",
        "--driver-java-options",
        "--driver-library-path",
        "--driver-memory",
        "--executor-cores",
        "--executor-memory",
        "--keytab",
        "--name",
        "--num-executors",
        "--principal",
        "--properties-file",
        "--proxy-user",
        "--queue",
        "--status",
        "--total-executor-cores",
    ]
)
FLAGS = frozenset({"--verbose", "--supervise", "--version", "--help", "--usage-error"})
SHORT = {"-c": "--conf", "-h": "--help", "-v": "--verbose"}
MASTERS = ("yarn", "local")


@dataclass(frozen=True)
class Submission:
    """Options for Spark, the program and its own arguments."""

    options: tuple[str, ...]
    program: str | None
    arguments: tuple[str, ...]

    def command(self) -> list[str]:
        """What follows `spark-submit`."""
        return [*self.options, *([self.program] if self.program is not None else []), *self.arguments]


def parse(argv: Sequence[str], local: Callable[[str], str]) -> Submission:
    """Splits the command line; `local` answers the file on this machine for a path that it names.

    Raises:
        InvalidArgumentsError: Spark would not take it either.
        NotOnThisClusterError: it asks for another master, or for packages from the internet.
    """
    options: list[str] = []
    words = list(argv)
    while words and words[0].startswith("-"):
        name, equals, attached = words.pop(0).partition("=")
        name = SHORT.get(name, name)
        if name in FLAGS:
            options.append(name)
            continue
        if name not in FILES | PLACES | FROM_THE_INTERNET | OTHERS:
            raise InvalidArgumentsError(f"Unrecognized option: {name}")
        if not equals and not words:
            raise InvalidArgumentsError(f"Missing argument for option '{name}'.")
        value = attached if equals else words.pop(0)
        if name in FROM_THE_INTERNET:
            raise NotOnThisClusterError(
                f"{name}: a cluster in a private subnet does not reach Maven Central; put the jar into S3 and name it "
                "with --jars"
            )
        if name == "--master" and not value.startswith(MASTERS):
            raise NotOnThisClusterError(f"--master {value}: this cluster's is yarn")
        if name in FILES:
            value = ",".join(local(path) for path in value.split(","))
        if name not in PLACES:
            options += [name, value]
    if not words:
        if set(options) & FLAGS:
            return Submission(tuple(options), None, ())
        raise InvalidArgumentsError("Missing application resource.")
    program, *arguments = words
    return Submission(tuple(options), local(program), tuple(arguments))
