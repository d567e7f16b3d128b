"""The engines that can carry an import from the source to HDFS. Whichever does, the same lands."""

from typing import Protocol

from hourglass.commands import Access, Command
from hourglass.imports import Import
from hourglass.spark import Spark
from hourglass.sqoop import Sqoop


class Engine(Protocol):
    """What a cluster needs for an engine, and what its steps run."""

    @property
    def release_label(self) -> str:
        """The EMR release that it is made for."""

    @property
    def applications(self) -> tuple[str, ...]:
        """What EMR must install."""

    @property
    def scripts(self) -> tuple[str, ...]:
        """The files under `jobs/` that its steps run."""

    @property
    def names_driver(self) -> bool:
        """Whether each of its commands names the JDBC driver; else the preparation is all that needs it."""

    def preparation(self, access: Access) -> dict[str, Command]:
        """What must have run on a cluster before its first import, by the name of the step."""

    def command(self, access: Access, wanted: Import) -> Command:
        """Land the rows of one import; the step fails or everything has landed."""


ENGINES: dict[str, Engine] = {"sqoop": Sqoop(), "spark": Spark()}
