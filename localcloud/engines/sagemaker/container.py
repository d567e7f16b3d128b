"""One container as a process: the image's program with SageMaker's folders below a base directory."""

import contextlib
import os
import shutil
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

from localcloud import guarded, objects
from localcloud.engines.sagemaker import images
from localcloud.errors import UnsupportedError

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Images:
    """The folders of the images this cloud can run, by repository name."""

    def __init__(self, folders: Mapping[str, Path], environment: Callable[[], Mapping[str, str]]) -> None:
        self._folders = folders
        self._environment = environment

    def find(self, image: str) -> Path:
        """The folder of an image; UnsupportedError if this cloud was not given one."""
        name = images.repository_of(image)
        if name not in self._folders:
            known = ", ".join(sorted(self._folders)) or "none"
            raise UnsupportedError(f"No folder is known for the image {image}; the embedded cloud runs: {known}.")
        return self._folders[name]

    def start(self, image: str, command: str, folder: Path, log: Path, extra: Mapping[str, str]) -> guarded.Process:
        """Runs `train` or `serve` with its base directory `folder`/ml."""
        program = images.unpack(self.find(image), folder / "root")
        environment = {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **self._environment(),
            **program.environment,
            **extra,
            "HOME": str(folder),
            "SAGEMAKER_BASE_DIR": str(folder / "ml"),
            "MODEL_BIND_HOST": "127.0.0.1",
        }
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return guarded.start(
                [*program.argv, command], cwd=program.cwd, env=environment, stdout=output, stderr=output
            )


def unpack_model(bucket: str, key: str, target: Path) -> None:
    """Unpacks a model.tar.gz into the folder where the server looks for it."""
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(objects.store().path(bucket, key)) as archive:
        archive.extractall(target, filter="data")


def pack_model(folder: Path, bucket: str, key: str) -> None:
    """Packs a folder as the object model.tar.gz."""
    packed = objects.store().scratch()
    with tarfile.open(packed, "w:gz", compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    objects.store().adopt(bucket, key, packed, "application/x-tar")


def remove(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
