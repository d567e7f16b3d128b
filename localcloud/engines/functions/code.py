"""Finds the folder a function's or a layer's code runs from.

A package with the single entry `.localcloud-folder` names a local folder, which is run in place. Any other zip is
unpacked once per content below the state folder.
"""

import hashlib
import io
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

from localcloud.errors import UnsupportedError

PLACE = ".localcloud-folder"


class CodeFolders:
    """Unpacks packages below a folder; remembers nothing but what lies there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, Path] = {}

    def of_function(self, function: Any) -> Path:
        """The folder of a function's code."""
        if function.package_type != "Zip":
            raise UnsupportedError(f"{function.function_name} is a container image; only zip packages can be run.")
        if not (function.run_time or "").startswith("python"):
            raise UnsupportedError(f"{function.function_name} needs {function.run_time}; only Python can be run.")
        return self._folder(function.code_bytes, function.code_sha_256, function.function_name)

    def of_layer(self, version: Any) -> Path:
        """The folder a layer puts on PYTHONPATH: its `python` folder, as /opt/python, or itself if it is a source."""
        folder = self._folder(version.code_bytes, version.code_sha_256, version.name)
        return folder / "python" if (folder / "python").is_dir() else folder

    def _folder(self, package: bytes, digest: str, name: str) -> Path:
        found = self._known.get(digest)
        if found is None or not found.is_dir():
            if not package:
                raise UnsupportedError(f"{name} has no code: its package was not found on S3.")
            found = self._known[digest] = self._unpack(package, name)
        return found

    def _unpack(self, package: bytes, name: str) -> Path:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            if archive.namelist() == [PLACE]:
                folder = Path(archive.read(PLACE).decode())
                if not folder.is_dir():
                    raise UnsupportedError(f"The code of {name} was deployed from {folder}, which is no longer there.")
                return folder
            target = self._root / hashlib.sha256(package).hexdigest()
            if not target.is_dir():
                scratch = target.with_suffix(f".{os.getpid()}")
                shutil.rmtree(scratch, ignore_errors=True)
                archive.extractall(scratch)  # zipfile keeps members inside the folder
                scratch.rename(target)
            return target
