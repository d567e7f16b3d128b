"""Athena's API: replaces moto's answers about queries, workgroups and the catalog by real ones."""

import json
from collections.abc import Callable

from moto.athena.models import AthenaBackend
from moto.athena.responses import AthenaResponse

from localcloud.engines.athena.api.metadata import MetadataOperations
from localcloud.engines.athena.api.operations import Operations
from localcloud.engines.athena.api.queries import QueryOperations
from localcloud.engines.athena.api.saved_queries import SavedQueryOperations
from localcloud.engines.athena.api.workgroups import WorkgroupOperations


def _operation(kind: type[Operations], name: str) -> Callable[[AthenaResponse], str]:
    def answer(self: AthenaResponse) -> str:
        return json.dumps(getattr(kind(self), name)())

    answer.__name__ = name
    return answer


def patch_moto() -> None:
    """Puts these operations in the place of moto's, and gives every new backend a usable primary workgroup."""
    for kind in (QueryOperations, WorkgroupOperations, SavedQueryOperations, MetadataOperations):
        for name in [item for item in vars(kind) if not item.startswith("_")]:
            setattr(AthenaResponse, name, _operation(kind, name))
    plain = AthenaBackend.__init__
    if getattr(plain, "_localcloud", False):
        return

    def initialised(self: AthenaBackend, region_name: str, account_id: str) -> None:
        plain(self, region_name, account_id)
        location = f"s3://aws-athena-query-results-{account_id}-{region_name}/"
        self.work_groups["primary"].configuration["ResultConfiguration"] = {"OutputLocation": location}

    initialised._localcloud = True  # type: ignore[attr-defined]
    AthenaBackend.__init__ = initialised  # type: ignore[method-assign]
