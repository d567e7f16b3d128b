"""Workgroups: what is said of them, and changes."""

from typing import Any

from localcloud.engines.athena.api.errors import InvalidRequestError
from localcloud.engines.athena.api.operations import Operations


class WorkgroupOperations(Operations):
    """What moto answers of workgroups too loosely."""

    def get_work_group(self) -> dict[str, Any]:
        name = self._param("WorkGroup")
        if name not in self._backend.work_groups:
            raise InvalidRequestError(f"WorkGroup {name} is not found.")
        return {"WorkGroup": self._backend.get_work_group(name)}

    def update_work_group(self) -> dict[str, Any]:
        name = self._param("WorkGroup")
        if name not in self._backend.work_groups:
            raise InvalidRequestError(f"WorkGroup {name} is not found.")
        group = self._backend.work_groups[name]
        group.description = self._param("Description", group.description)
        group.state = self._param("State", group.state)
        updates = dict(self._param("ConfigurationUpdates", {}))
        results = updates.pop("ResultConfigurationUpdates", None)
        if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
            group.configuration.pop("BytesScannedCutoffPerQuery", None)
        if results is not None:
            held = dict(group.configuration.get("ResultConfiguration") or {})
            for key in [key for key in results if key.startswith("Remove")]:
                if results.pop(key):
                    held.pop(key.removeprefix("Remove"), None)
            group.configuration["ResultConfiguration"] = held | results
        group.configuration |= updates
        return {}
