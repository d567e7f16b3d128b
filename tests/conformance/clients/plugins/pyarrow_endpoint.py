"""pytest plugin: pyarrow's own S3 client asks AWS_ENDPOINT_URL too, as botocore does; it knows no such variable."""

import os

from pyarrow import fs

_S3FileSystem = fs.S3FileSystem


class _EndpointS3FileSystem(_S3FileSystem):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"endpoint_override": os.environ["AWS_ENDPOINT_URL"], **kwargs})


fs.S3FileSystem = _EndpointS3FileSystem
