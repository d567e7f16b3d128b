"""What an execution environment needs to know of a function, taken from moto's record."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.engines.functions.code import CodeFolders


@dataclass(frozen=True)
class Configuration:
    """One version of a function as it is to run now; two equal ones can share an environment."""

    name: str
    arn: str
    version: str
    handler: str
    runtime: str
    timeout_seconds: int
    memory_mb: int
    variables: tuple[tuple[str, str], ...]
    code: Path
    layers: tuple[Path, ...]
    region: str
    log_group: str
    log_format: str
    log_level: str
    newest_change: float
    reserved_concurrency: int | None = None


def configuration_of(function: Any, backend: Any, folders: CodeFolders) -> Configuration:
    """Reads moto's LambdaFunction; UnsupportedError for what cannot be run here."""
    logging_config: Mapping[str, str] = function.__dict__.get("logging_config") or {}
    code = folders.of_function(function)
    layers = tuple(folders.of_layer(backend.layers_versions_by_arn(layer["Arn"])) for layer in function.layers)
    reserved = function.reserved_concurrency
    return Configuration(
        name=function.function_name,
        arn=function.function_arn,
        version=str(function.version),
        handler=function.handler,
        runtime=function.run_time or "python3",
        timeout_seconds=int(function.timeout),
        memory_mb=int(function.memory_size),
        variables=tuple(sorted((function.environment_vars or {}).items())),
        code=code,
        layers=layers,
        region=function.region,
        log_group=logging_config.get("LogGroup") or f"/aws/lambda/{function.function_name}",
        log_format=logging_config.get("LogFormat", "Text"),
        log_level=logging_config.get("ApplicationLogLevel", ""),
        newest_change=max(newest_change(folder) for folder in (code, *layers)),
        reserved_concurrency=None if reserved is None else int(reserved),
    )


def newest_change(folder: Path) -> float:
    """When a source in the folder last changed: code in a local folder runs as it is now, without a deployment."""
    newest = 0.0
    waiting = [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                elif entry.name.endswith((".py", ".json", ".yaml", ".sql")):
                    newest = max(newest, entry.stat().st_mtime)
    return newest
