"""Brings what a training job's channel names in S3 into the container's folder, linked instead of copied."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from localcloud import objects
from localcloud.engines.emr.filesystem import bucket_and_key
from localcloud.errors import LocalCloudError, UnsupportedError

Found = tuple[str, Path]  # where the container sees it below the channel's folder, and the object's file


def check_channel(channel: Mapping[str, Any]) -> None:
    """Refuses a source that cannot be brought."""
    kind = channel["DataSource"].get("S3DataSource", {}).get("S3DataType")
    if kind not in _READERS:
        known = " or ".join(_READERS)
        raise UnsupportedError(f"The channel {channel['ChannelName']} must be an S3DataSource of type {known}.")


def bring(channel: Mapping[str, Any], folder: Path) -> None:
    """Fills a channel's folder; LocalCloudError when there is nothing, or not what a manifest lists."""
    source, name = channel["DataSource"]["S3DataSource"], channel["ChannelName"]
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for relative, file in _READERS[source["S3DataType"]](source["S3Uri"]):
        if relative and not relative.endswith("/") and ".." not in relative.split("/"):
            _link(file, folder / relative)
            count += 1
    if not count:
        raise LocalCloudError(f"Data download failed: no S3 objects found under {source['S3Uri']} (channel {name})")


def _below_prefix(uri: str) -> Iterator[Found]:
    bucket, prefix = bucket_and_key(uri)
    cut = prefix.rfind("/") + 1
    return ((found.key[cut:], found.path) for found in objects.store().list(bucket, prefix))


def _of_manifest(uri: str) -> Iterator[Found]:
    """A JSON list: `{"prefix": "s3://…"}`, then keys relative to it."""
    try:
        prefix, *names = json.loads(objects.store().read_bytes(*bucket_and_key(uri)))
        bucket, start = bucket_and_key(prefix["prefix"])
        return ((name, objects.store().path(bucket, f"{start}{name}")) for name in map(str, names))
    except (ValueError, TypeError, KeyError) as error:
        raise LocalCloudError(f"Data download failed: {uri} is not a manifest: {error}") from error


def _link(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, place)


_READERS = {"S3Prefix": _below_prefix, "ManifestFile": _of_manifest}
