"""The training channel: Parquet files of timesheet_features, read batch by batch so that memory stays bounded."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from model.columns import matrix, require_columns
from model.errors import BadInputError, HistoryFileError
from model.tail import Matrix

BATCH_ROWS = 1 << 16
KEPT_BYTES = 256 << 20  # of matrices, for the second reading: 1.8 million timesheets with 37 features
WEEK_COLUMN = "week_start"
WEEK_FOLDER = re.compile(rf"{WEEK_COLUMN}=(\d{{4}}-\d{{2}}-\d{{2}})")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HistorySummary:
    """What the model was fitted on."""

    files: int
    rows: int
    weeks: int
    first_week: str | None
    last_week: str | None


class History:
    """All files below a folder, with or without a suffix; `_x`, `.x` and empty files are not data."""

    def __init__(self, folder: Path, names: Sequence[str], kept_bytes: int = KEPT_BYTES) -> None:
        self._most_kept_bytes = kept_bytes
        self._folder = folder
        self._names = list(names)
        self._weeks: set[str] = set()
        self._rows = 0
        self._kept: dict[Path, list[Matrix]] = {}
        self._kept_bytes = 0
        self.files = sorted(path for path in folder.rglob("*") if self._is_data(path))

    def batches(self) -> Iterator[Matrix]:
        """The feature matrix in batches of bounded size, in the same order at each call.

        What a first call has read is kept as far as `kept_bytes` go; a further call reads the other files again.
        """
        self._rows = 0
        for path in self.files:
            name = str(path.relative_to(self._folder))
            try:
                for batch in self._kept.get(path) or self._keeping(path, name):
                    self._rows += len(batch)
                    yield batch
            except (pa.ArrowException, OSError) as error:
                raise HistoryFileError(name, str(error).splitlines()[0][:200]) from error
            except BadInputError as error:
                raise HistoryFileError(name, str(error)) from error

    def summary(self) -> HistorySummary:
        """Rows and weeks met by the last complete reading."""
        weeks = sorted(self._weeks)
        first, last = (weeks[0], weeks[-1]) if weeks else (None, None)
        return HistorySummary(len(self.files), self._rows, len(weeks), first, last)

    def _keeping(self, path: Path, name: str) -> Iterator[Matrix]:
        """The batches of one file, of which it keeps all or none."""
        batches: list[Matrix] | None = []
        size = 0
        for batch in self._read(path, name):
            size += batch.nbytes
            if batches is not None and self._kept_bytes + size <= self._most_kept_bytes:
                batches.append(batch)
            else:
                batches = None
            yield batch
        if batches is not None:
            self._kept[path] = batches
            self._kept_bytes += size

    def _read(self, path: Path, name: str) -> Iterator[Matrix]:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            present = file.schema_arrow.names
            require_columns(present, self._names)
            columns = self._names + [WEEK_COLUMN] * (WEEK_COLUMN in present)
            folder = WEEK_FOLDER.search(name)
            if folder:
                self._weeks.add(folder.group(1))
            first_row = 1
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns, use_threads=False):
                if not folder and WEEK_COLUMN in present:
                    self._weeks.update(_weeks(batch.column(WEEK_COLUMN)))
                yield matrix(batch, self._names, first_row=first_row)
                first_row += batch.num_rows

    def _is_data(self, path: Path) -> bool:
        hidden = any(part.startswith(("_", ".")) for part in path.relative_to(self._folder).parts)
        return not hidden and path.is_file() and path.stat().st_size > 0


def _weeks(column: Any) -> set[str]:
    return {str(week)[:10] for week in pc.unique(column).to_pylist() if week is not None}
