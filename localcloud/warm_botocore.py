"""Has a process that forks others read, once for all of them, what every AWS client starts with.

Imported by the process of `localcloud.zygote` before it forks: it is most of a cold start, and the same each time.
"""

from collections.abc import Iterable

import botocore.session
from botocore.loaders import Loader

from localcloud.botocore_files import remember

SERVICES = ("s3", "dynamodb", "stepfunctions", "athena", "glue", "emr", "sns", "sagemaker-runtime")
OF_ALL = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
OF_EACH = ("service-2", "endpoint-rule-set-1", "paginators-1")


def read(services: Iterable[str] = SERVICES) -> None:
    """Reads what clients of these services will ask for."""
    botocore.session.Session()
    loader = Loader()
    for name in OF_ALL:
        loader.load_data(name)
    for service in services:
        for kind in OF_EACH:
            if service in loader.list_available_services(kind):
                loader.load_service_model(service, kind)


remember()
read()
