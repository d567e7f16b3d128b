"""What a failed statement leaves: a half-made table in the catalog, and orphaned files."""

from hourglass.aws.files import Files
from hourglass.aws.glue import GlueCatalog


class Leftovers:
    """Removes them."""

    def __init__(self, database: str) -> None:
        self._catalog, self._files = GlueCatalog(database), Files()

    def clear(self, creates: str | None, fresh: tuple[str, ...]) -> None:
        """Drop the table that the statement was to create and delete all files at its own locations."""
        if creates is not None:
            self._catalog.drop_table(creates)
        for location in fresh:
            self._files.delete(location)
