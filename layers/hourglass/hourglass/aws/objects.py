"""JSON documents and small files in S3."""

import json
from collections.abc import Iterator
from typing import Any

from hourglass.aws.clients import client
from hourglass.errors import ObjectsKeptError


class Objects:
    """The objects of one bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: Any = client("s3")

    def get(self, key: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def get_json(self, key: str) -> Any:
        return json.loads(self.get(key))

    def put_json(self, key: str, document: Any) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=json.dumps(document, sort_keys=True, default=str).encode(),
            ContentType="application/json",
        )

    def put_once(self, key: str, body: bytes) -> None:
        """Write a content-addressed object unless it is there already."""
        if not any(True for _ in self.keys(key)):
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)

    def keys(self, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return (entry["Key"] for page in pages for entry in page.get("Contents", []))

    def delete(self, keys: list[str]) -> None:
        """Delete objects in batches of 1,000.

        Raises:
            ObjectsKeptError: S3 refused one of them.
        """
        for start in range(0, len(keys), 1000):
            batch = [{"Key": key} for key in keys[start : start + 1000]]
            answer = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True})
            if answer.get("Errors"):
                first = answer["Errors"][0]
                raise ObjectsKeptError(
                    f"S3 kept {len(answer['Errors'])} objects, first {first['Key']}: {first['Code']}"
                )
