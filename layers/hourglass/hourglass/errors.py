"""Everything that can go wrong on purpose. The class name is what a state machine catches.

HourglassError
├── SettingsError             a Lambda was deployed without something that it needs
├── SourceMappingError        a source mapping does not say what ingest must know
├── WindowError               a window that ends before it begins
├── RunInProgressError        another run holds the lock: retry later
├── LaunchRefusedError        a cluster would cost too much, or its sizes contradict each other
├── ClusterFailedError        the extract cluster ended without finishing its steps
├── StepFailedError           one step failed, the cluster goes on: the table of an import fails alone
├── NothingLandedError        the import of every table has failed
├── AvroError                 a file that a step has put into the lake cannot be read
├── LandingError              what landed is not what the source holds
│   ├── ControlTotalMismatchError
│   └── SourceSchemaError
├── ObjectsKeptError          S3 refused to delete objects
├── CrawlerBusyError          the crawler runs for somebody else: retry later
├── CrawlFailedError          the crawler ended without success
└── JobStillRunningError      an event says that a job has ended, its service does not yet
"""


class HourglassError(Exception):
    """Root of the errors that Hourglass raises itself."""


class SettingsError(HourglassError):
    """Raised at start when an environment variable is missing."""


class SourceMappingError(HourglassError):
    """Raised when a file under `sources/` cannot be used."""


class WindowError(HourglassError):
    """Raised when an ingest window is empty or runs backwards."""


class RunInProgressError(HourglassError):
    """Raised when a lock is held by an execution that still runs; state machines retry on it."""


class ObjectsKeptError(HourglassError):
    """Raised when S3 refused to delete some of the objects it was told to; names the first."""


class ClusterFailedError(HourglassError):
    """Raised into `ingest` when its cluster ended with an error."""


class LaunchRefusedError(HourglassError):
    """Raised before a launch that operations do not want to pay for."""


class StepFailedError(HourglassError):
    """Raised into `ingest` when one step of a cluster that goes on has failed."""


class NothingLandedError(HourglassError):
    """Raised when tables failed one by one until none was left; its cause is theirs."""


class AvroError(HourglassError):
    """Raised when bytes are no Avro, or Avro that `hourglass.avro` does not read."""


class LandingError(HourglassError):
    """Raised when the landing cannot be trusted."""


class ControlTotalMismatchError(LandingError):
    """Raised when landed rows, hours or times lie outside the control totals; of one table, it fails alone."""


class SourceSchemaError(LandingError):
    """Raised when no source table is as its mapping says; one that is not fails alone."""


class CrawlerBusyError(HourglassError):
    """Raised when the crawler is running already; state machines retry on it."""


class CrawlFailedError(HourglassError):
    """Raised into `ingest` when the crawler could not read the landing."""


class JobStillRunningError(HourglassError):
    """Raised so that an event that ran ahead of its service is delivered again."""
