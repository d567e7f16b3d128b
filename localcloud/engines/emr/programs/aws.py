"""The `aws` of a node: the two commands that steps need, anything else is refused by name."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.engines.emr import filesystem
from localcloud.engines.emr.programs import clients

FAILED = 255
USAGE = 252


def main(argv: Sequence[str]) -> int:
    """Runs one AWS CLI command and answers the CLI's exit code."""
    words = [word for word in argv if not word.startswith("-")]
    parser = argparse.ArgumentParser(prog="aws", allow_abbrev=False)
    parser.add_argument("--region")
    parser.add_argument("--query")
    parser.add_argument("--output", choices=["json", "text"], default="json")
    parser.add_argument("--no-cli-pager", action="store_true")
    parser.add_argument("service")
    parser.add_argument("command")
    try:
        if words[:2] == ["secretsmanager", "get-secret-value"]:
            return _get_secret_value(parser, argv)
        if words[:2] == ["s3", "cp"]:
            return _copy(parser, argv)
    except ClientError as error:
        sys.stderr.write(f"\n{error}\n")
        return FAILED - 1
    except (BotoCoreError, OSError) as error:
        sys.stderr.write(f"\n{error}\n")
        return FAILED
    sys.stderr.write(
        f"aws: error: `aws {' '.join(words[:2])}` is not on this cluster; it has `aws secretsmanager get-secret-value` "
        "and `aws s3 cp`\n"
    )
    return USAGE


def _get_secret_value(parser: argparse.ArgumentParser, argv: Sequence[str]) -> int:
    parser.add_argument("--secret-id", required=True)
    parser.add_argument("--version-id")
    parser.add_argument("--version-stage")
    asked = parser.parse_args(list(argv))
    request = {"SecretId": asked.secret_id, "VersionId": asked.version_id, "VersionStage": asked.version_stage}
    answer = clients.client("secretsmanager", asked.region).get_secret_value(**{k: v for k, v in request.items() if v})
    answer.pop("ResponseMetadata")
    _print(jmespath.search(asked.query, answer) if asked.query else answer, asked.output)
    return 0


def _copy(parser: argparse.ArgumentParser, argv: Sequence[str]) -> int:
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--only-show-errors", action="store_true")
    parser.add_argument("--no-progress", action="store_true")
    asked = parser.parse_args(list(argv))
    s3 = clients.client("s3", asked.region)
    source, target = asked.source, asked.target
    if filesystem.is_s3(source) and filesystem.is_s3(target):
        from_bucket, from_key = filesystem.bucket_and_key(source)
        bucket, key = filesystem.bucket_and_key(_with_name(target, source))
        s3.copy({"Bucket": from_bucket, "Key": from_key}, bucket, key)
    elif filesystem.is_s3(target):
        bucket, key = filesystem.bucket_and_key(_with_name(target, source))
        if source == "-":
            s3.upload_fileobj(sys.stdin.buffer, bucket, key)
        else:
            s3.upload_file(source, bucket, key)
    elif filesystem.is_s3(source):
        bucket, key = filesystem.bucket_and_key(source)
        if target == "-":
            s3.download_fileobj(bucket, key, sys.stdout.buffer)
        else:
            path = Path(target)
            s3.download_file(bucket, key, str(path / Path(key).name if path.is_dir() else path))
    else:
        sys.stderr.write("aws: error: Invalid argument type: one of the paths must be an s3:// path\n")
        return USAGE
    return 0


def _with_name(target: str, source: str) -> str:
    return target + source.rsplit("/", 1)[-1] if target.endswith("/") or target.count("/") == 2 else target


def _print(answer: Any, form: str) -> None:
    if form == "text":
        values = answer if isinstance(answer, list) else list(answer.values()) if isinstance(answer, dict) else [answer]
        sys.stdout.write("\t".join("None" if value is None else str(value) for value in values) + "\n")
        return
    sys.stdout.write(json.dumps(answer, indent=4, default=_plain) + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
