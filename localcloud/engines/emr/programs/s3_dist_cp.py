"""The `s3-dist-cp` of a node: copies a tree between HDFS and S3, many files at a time.

From HDFS to S3 nothing is copied: the embedded cloud makes objects of the files where they lie. Otherwise files are
streamed through the S3 API, big ones in parts, so memory does not depend on their size. Arguments of S3DistCp that
change what is written and are not implemented are refused by name.
"""

import argparse
import gzip
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.engines.emr import filesystem
from localcloud.engines.emr.programs import clients

WORKERS = 8
TRANSFER = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=16 << 20, max_concurrency=4)
REFUSED = (
    "--groupBy",
    "--targetSize",
    "--outputCodec",
    "--previousManifest",
    "--copyFromManifest",
    "--appendToLastFile",
    "--srcPrefixesFile",
    "--requirePreviousManifest",
    "--startingIndex",
    "--numberFiles",
    "--disableMultipartUpload",
    "--multipartUploadChunkSize",
    "--storageClass",
    "--s3Endpoint",
    "--encryptionKey",
)


class CopyError(Exception):
    """Raised with the sentence S3DistCp ends with; `java_class` is the exception it would be."""

    def __init__(self, message: str, java_class: str = "java.lang.RuntimeException") -> None:
        super().__init__(message)
        self.java_class = java_class


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CopyError(message, "java.lang.IllegalArgumentException")


@dataclass(frozen=True)
class Item:
    """One file to copy: where it is, where it goes, its size and its path below the source."""

    source: str
    target: str
    size: int
    relative: str


def main(argv: Sequence[str]) -> int:
    """Copies and answers the exit code."""
    try:
        asked = parse(argv)
        items = list(plan(asked.src, asked.dest, asked.srcPattern))
        if not items:
            raise CopyError(f"No files to copy from {asked.src}" +
                            (f" match {asked.srcPattern}" if asked.srcPattern else ""))  # fmt: skip
        extra = {"ServerSideEncryption": "AES256"} if asked.s3ServerSideEncryption else {}
        if not extra and filesystem.is_s3(asked.dest) and not filesystem.is_s3(asked.src):
            hand_over(items)
        else:
            with ThreadPoolExecutor(min(WORKERS, len(items))) as workers:
                for _ in workers.map(lambda item: copy(item, extra), items):
                    continue
        if asked.outputManifest:
            _write_manifest(asked.outputManifest, asked.dest, items)
        if asked.deleteOnSuccess:
            for item in items:
                _delete(item.source)
    except (CopyError, filesystem.UnknownFileSystemError, filesystem.PathOutsideError) as error:
        name = getattr(error, "java_class", "java.lang.RuntimeException")
        sys.stderr.write(f'Exception in thread "main" {name}: {error}\n')
        return 1
    except (ClientError, BotoCoreError, OSError) as error:
        sys.stderr.write(f'Exception in thread "main" java.lang.RuntimeException: Error running job: {error}\n')
        return 1
    total = sum(item.size for item in items)
    sys.stderr.write(f"INFO com.amazon.elasticmapreduce.s3distcp.S3DistCp: Copied {len(items)} files, {total} bytes\n")
    return 0


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of S3DistCp, in both forms (`--src=x`, `--src x`)."""
    for word in argv:
        if word.partition("=")[0] in REFUSED:
            raise CopyError(
                f"{word.partition('=')[0]} is not supported on this cluster", "java.lang.IllegalArgumentException"
            )
    parser = _Parser(prog="s3-dist-cp", allow_abbrev=False, add_help=False)
    parser.add_argument("--src", required=True)
    parser.add_argument("--dest", required=True)
    parser.add_argument("--srcPattern")
    parser.add_argument("--outputManifest")
    parser.add_argument("--s3ServerSideEncryption", action="store_true")
    parser.add_argument("--deleteOnSuccess", action="store_true")
    parser.add_argument("--tmpDir")
    return parser.parse_args(list(argv))


def plan(source: str, target: str, pattern: str | None) -> Iterator[Item]:
    """The files below the source whose whole path matches the pattern, with where each goes."""
    matches = re.compile(pattern).fullmatch if pattern else lambda _path: True
    for path, size, relative in _files(source):
        if matches(path):
            yield Item(path, f"{target.rstrip('/')}/{relative}", size, relative)


def _files(source: str) -> Iterator[tuple[str, int, str]]:
    if filesystem.is_s3(source):
        bucket, prefix = filesystem.bucket_and_key(source)
        below = prefix if not prefix or prefix.endswith("/") else prefix + "/"
        pages = clients.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Contents", []):
                key = found["Key"]
                if key.endswith("/") or not (key == prefix or key.startswith(below)):
                    continue
                relative = key.rsplit("/", 1)[-1] if key == prefix else key[len(below) :]
                yield f"s3://{bucket}/{key}", found["Size"], relative
        return
    root = filesystem.local_path(source)
    shown = filesystem.display(source).rstrip("/")
    if not root.exists():
        raise CopyError(f"File does not exist: {shown}", "java.io.FileNotFoundException")
    if root.is_file():
        yield shown, root.stat().st_size, root.name
        return
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and "_temporary" not in relative.parts:
            yield f"{shown}/{relative}", path.stat().st_size, str(relative)


def hand_over(items: list[Item]) -> None:
    """Has the cloud take files of HDFS as objects."""
    files = []
    for item in items:
        bucket, key = filesystem.bucket_and_key(item.target)
        files.append({"file": str(filesystem.local_path(item.source)), "bucket": bucket, "key": key})
    address = f"{os.environ['AWS_ENDPOINT_URL']}/_localcloud/{filesystem.ROUTE_OF_FILES}"
    request = urllib.request.Request(  # noqa: S310 - the endpoint is the cloud's own, on 127.0.0.1
        address, json.dumps(files).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request):  # noqa: S310
            return
    except urllib.error.HTTPError as error:
        raise CopyError(f"Error running job: {json.loads(error.read())['message']}") from None


def copy(item: Item, extra: dict[str, str]) -> None:
    """Copies one file, whichever side S3 is on."""
    from_s3, to_s3 = filesystem.is_s3(item.source), filesystem.is_s3(item.target)
    if from_s3 and to_s3:
        from_bucket, from_key = filesystem.bucket_and_key(item.source)
        bucket, key = filesystem.bucket_and_key(item.target)
        clients.client("s3").copy({"Bucket": from_bucket, "Key": from_key}, bucket, key, ExtraArgs=extra)
    elif to_s3:
        _upload(filesystem.local_path(item.source), item.target, item.size, extra)
    elif from_s3:
        bucket, key = filesystem.bucket_and_key(item.source)
        target = filesystem.local_path(item.target)
        target.parent.mkdir(parents=True, exist_ok=True)
        clients.client("s3").download_file(bucket, key, str(target), Config=TRANSFER)
    else:
        raise CopyError(f"Neither {item.source} nor {item.target} is in S3: use hadoop fs")


def _upload(path: Path, target: str, size: int, extra: dict[str, str]) -> None:
    bucket, key = filesystem.bucket_and_key(target)
    s3: Any = clients.client("s3")
    if size >= TRANSFER.multipart_threshold:
        s3.upload_file(str(path), bucket, key, ExtraArgs=extra, Config=TRANSFER)
        return
    with path.open("rb") as body:
        s3.put_object(Bucket=bucket, Key=key, Body=body, **extra)


def _write_manifest(name: str, dest: str, items: list[Item]) -> None:
    """The gzip list of what was copied goes beside it, as S3DistCp writes it."""
    lines = [json.dumps({"path": i.target, "baseName": i.relative, "srcDir": dest, "size": i.size}) for i in items]
    body = gzip.compress(("\n".join(lines) + "\n").encode())
    if not filesystem.is_s3(dest):
        (filesystem.local_path(dest) / name).write_bytes(body)
        return
    bucket, prefix = filesystem.bucket_and_key(dest)
    clients.client("s3").put_object(Bucket=bucket, Key=f"{prefix.rstrip('/')}/{name}".lstrip("/"), Body=body)


def _delete(source: str) -> None:
    if filesystem.is_s3(source):
        bucket, key = filesystem.bucket_and_key(source)
        clients.client("s3").delete_object(Bucket=bucket, Key=key)
    else:
        filesystem.local_path(source).unlink()
