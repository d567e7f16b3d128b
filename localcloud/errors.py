"""What can go wrong in the embedded cloud itself, apart from the errors AWS defines.

LocalCloudError
├── CloudNotRunningError      state is touched although no cloud is running
├── StateInUseError           another process serves the state folder
├── StateVersionError         the state was written by another version
├── StateNotPicklableError    a backend holds something that cannot be stored
├── ObjectNotFoundError       no such object, version or bucket
└── UnsupportedError          the embedded cloud cannot do what was asked
"""


class LocalCloudError(Exception):
    """The base of every error of the embedded cloud."""


class CloudNotRunningError(LocalCloudError):
    """Raised when state is touched before the cloud has started or after it has stopped."""


class StateInUseError(LocalCloudError):
    """Raised at start when another process already serves the state folder; `port` is where it listens."""

    def __init__(self, state_dir: str, port: int | None, pid: int | None) -> None:
        self.port = port
        self.pid = pid
        place = f"127.0.0.1:{port}" if port else "a port it has not written yet"
        super().__init__(f"The state folder {state_dir} is in use by process {pid or 'unknown'}, which serves {place}.")


class StateVersionError(LocalCloudError):
    """Raised at start when the state folder was written by another version of moto or of the state format."""


class StateNotPicklableError(LocalCloudError):
    """Raised when a change cannot be stored, because the backend holds something that cannot be pickled."""


class ObjectNotFoundError(LocalCloudError, KeyError):
    """Raised when a bucket, an object or a version of it does not exist."""

    def __str__(self) -> str:
        return str(self.args[0])


class UnsupportedError(LocalCloudError):
    """Raised when the embedded cloud cannot do what was asked; it never pretends."""
