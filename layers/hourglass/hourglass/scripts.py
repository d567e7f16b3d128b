"""What steps run: the files under `jobs/`, in the lake under the hash of their text, and the JDBC driver."""

import hashlib
from collections.abc import Iterable
from importlib.resources import files

from hourglass.lake import Lake, job_key


def script_body(name: str) -> bytes:
    return (files("hourglass") / "jobs" / name).read_bytes()


def script_key(name: str) -> str:
    return job_key(hashlib.sha256(script_body(name)).hexdigest(), name)


def script_uris(lake: Lake, names: Iterable[str]) -> dict[str, str]:
    """Where the scripts lie once a launch has put them there, by name."""
    return {name: lake.uri(script_key(name)) for name in names}


def driver_uri(lake: Lake, keys: Iterable[str]) -> str | None:
    """The JDBC driver among the keys where operations put it: the newest name, if there is one."""
    jar = max((key for key in keys if key.endswith(".jar")), default=None)
    return lake.uri(jar) if jar else None
