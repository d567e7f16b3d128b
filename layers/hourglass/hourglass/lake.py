"""Where things lie in the lake bucket. Every S3 key of the product is made here."""

from dataclasses import dataclass

RAW = "raw/"
MANIFESTS = "raw/_manifests/"
TABLES = "tables/"
JDBC_DRIVERS = "jobs/jdbc/"  # where operations put the source's driver


@dataclass(frozen=True)
class Lake:
    """The layout of one lake bucket; locations are `s3://` URIs that end in a slash."""

    bucket: str

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def raw_location(self) -> str:
        return self.uri(RAW)

    def table_location(self, table: str, run_id: str) -> str:
        """The fresh location of what one run writes into one table."""
        return self.uri(f"{TABLES}{table}/run_id={run_id}/")

    def empty_location(self, table: str) -> str:
        """Where a table points before anything was published into it."""
        return self.uri(f"{TABLES}{table}/empty/")


def manifest_key(run_id: str) -> str:
    return f"{MANIFESTS}{run_id}.json"


def plan_folder(run_id: str) -> str:
    return f"plans/{run_id}/"


def plan_key(run_id: str, name: str) -> str:
    return f"{plan_folder(run_id)}{name}.json"


def training_key(run_id: str) -> str:
    """The list of the files that a model of this run learns from."""
    return f"models/training/{run_id}/manifest.json"


def job_key(sha256: str, name: str) -> str:
    return f"jobs/{sha256[:16]}/{name}"


def raw_partition(table: str, ingest_date: str, run_id: str) -> str:
    """The path below `raw/`, and below the landing directory on the cluster, of one table of one run."""
    return f"{table}/ingest_date={ingest_date}/run_id={run_id}"


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` URI.

    Raises:
        ValueError: it is no S3 URI.
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise ValueError(f"{uri!r} is no s3:// URI")
    return bucket, key
