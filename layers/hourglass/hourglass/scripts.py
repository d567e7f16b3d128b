"""The scripts that steps run: the files under `jobs/`, in the lake under the hash of their text."""

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
