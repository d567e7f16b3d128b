"""Whole objects as local files: Parquet needs to seek."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hourglass.aws.clients import client
from hourglass.aws.objects import Objects
from hourglass.lake import split_uri


class Files:
    """Objects by their `s3://` URI."""

    def __init__(self) -> None:
        self._s3: Any = client("s3")

    @contextmanager
    def fetched(self, location: str) -> Iterator[Iterator[Path]]:
        """The data files below a location, fetched one after the other and gone afterwards."""
        bucket, prefix = split_uri(location)
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
        with TemporaryDirectory() as folder:
            yield (self._fetch(bucket, key, Path(folder)) for key in keys if _is_data(key))

    def store(self, file: Path, uri: str) -> None:
        bucket, key = split_uri(uri)
        with file.open("rb") as body:
            self._s3.put_object(Bucket=bucket, Key=key, Body=body)

    def delete(self, location: str) -> int:
        """Delete every object below a location; how many there were.

        Raises:
            ObjectsKeptError: S3 refused one of them.
        """
        bucket, prefix = split_uri(location)
        objects = Objects(bucket)
        keys = list(objects.keys(prefix))
        objects.delete(keys)
        return len(keys)

    def _fetch(self, bucket: str, key: str, folder: Path) -> Path:
        file = folder / "data.parquet"
        with file.open("wb") as copy:
            for chunk in self._s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(1 << 20):
                copy.write(chunk)
        return file


def _is_data(key: str) -> bool:
    return not key.rsplit("/", 1)[-1].startswith(("_", ".")) and not key.endswith("/")
