"""Keeps a step's logs and puts them where LogUri says, gzipped, as EMR does."""

import gzip
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

from localcloud import objects
from localcloud.engines.emr import filesystem
from localcloud.errors import ObjectNotFoundError

logger = logging.getLogger(__name__)

NAMES = ("controller", "stderr", "stdout", "syslog")
TAIL_BYTES = 64 << 10


def tail(path: Path) -> Iterator[str]:
    """The last lines of a log."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        yield from file.read().decode(errors="replace").splitlines()


def publish(folder: Path, log_uri: str | None, below: str) -> str:
    """Uploads a step's logs and answers where stderr is: its S3 address, or its file without LogUri."""
    if log_uri is None:
        return str(folder / "stderr")
    bucket, prefix = filesystem.bucket_and_key(f"{log_uri}{below}/")
    store = objects.store()
    try:
        for name in NAMES:
            packed = store.scratch()
            with (folder / name).open("rb") as plain, gzip.open(packed, "wb", compresslevel=1) as file:
                shutil.copyfileobj(plain, file)
            store.adopt(bucket, f"{prefix}{name}.gz", packed, "application/x-gzip")
    except ObjectNotFoundError as error:
        logger.warning("logs not delivered", extra={"log_uri": log_uri, "reason": str(error)})
    return f"s3://{bucket}/{prefix}stderr.gz"
