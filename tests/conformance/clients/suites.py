"""The tests of others that run against the embedded cloud as they are: where each is from, and what is chosen of it.

What is left out takes no query (converters, parsers, in-memory file systems) or asks for a service of its own: Athena
for Apache Spark, Iceberg, Lake Formation, S3 Tables, geospatial extras. dbt-athena's tests of macros take minutes each.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml

from localcloud.cloud import LocalCloud
from tests.conformance.clients import environment
from tests.conformance.clients.checkouts import AWSWRANGLER, PYATHENA

HERE = Path(__file__).parent
BUCKET, DATABASE, WORK_GROUP = "clients", "clients", "clients"
AT_A_TIME = "6"  # tests: they mostly wait between two looks at a query
SECONDS_PER_TEST = "300"


@dataclass(frozen=True)
class Suite:
    """One suite: the folder that has it, its modules, pytest plugins of ours and what it reads from the environment."""

    name: str
    title: str
    folder: Callable[[], Path]
    modules: tuple[str, ...]
    plugins: tuple[str, ...] = ()
    selection: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, arguments: list[str]) -> int:
        """The exit code of pytest.

        Raises:
            NotAvailableError: the suite, or what it runs in, cannot be had.
        """
        folder, python = self.folder(), environment.python()
        with tempfile.TemporaryDirectory() as state, LocalCloud(Path(state)) as cloud:
            plugins = [part for plugin in ("expected_failures", *self.plugins) for part in ("-p", plugin)]
            selection = ["-k", self.selection] if self.selection and "-k" not in arguments else []
            command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:logging", "-q", "-o", "addopts="]
            command += ["-n", AT_A_TIME, "--timeout", SECONDS_PER_TEST, "--tb=short", *plugins, *selection]
            return subprocess.run(
                [*command, *(arguments or self.modules)],
                cwd=folder,
                env={
                    **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))},
                    **cloud.environment,
                    **_prepared(cloud),
                    **self.environment,
                    "CLIENT_SUITE": self.name,
                    "PYTHONPATH": os.pathsep.join([str(HERE / "plugins"), str(folder)]),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "DO_NOT_TRACK": "1",
                },
                check=False,
            ).returncode

    def known_differences(self) -> dict[str, str]:
        """The reason for each test that is expected to fail."""
        listed: list[dict[str, Any]] = yaml.safe_load((HERE / "known_differences.yaml").read_text("utf-8"))[self.name]
        return {name: each["reason"] for each in listed for name in each["tests"]}


def _prepared(cloud: LocalCloud) -> dict[str, str]:
    """A bucket, a database, a workgroup and a key; the names that awswrangler's tests are told."""
    made = {"endpoint_url": cloud.endpoint_url, "region_name": cloud.region}
    session = boto3.Session("localcloud", "localcloud")
    session.client("s3", **made).create_bucket(Bucket=BUCKET)
    session.client("glue", **made).create_database(DatabaseInput={"Name": DATABASE})
    results = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}}
    session.client("athena", **made).create_work_group(Name=WORK_GROUP, Configuration=results)
    key = session.client("kms", **made).create_key()["KeyMetadata"]["Arn"]
    return {"CLIENT_BUCKET": BUCKET, "CLIENT_DATABASE": DATABASE, "CLIENT_KEY": key}


_PYATHENA = Suite(
    "pyathena",
    "PyAthena's own tests",
    PYATHENA.folder,
    tuple(
        f"tests/pyathena/{module}"
        for module in (
            "test_cursor.py",
            "test_async_cursor.py",
            "pandas/test_cursor.py",
            "pandas/test_async_cursor.py",
            "pandas/test_util.py",
            "arrow/test_cursor.py",
            "arrow/test_async_cursor.py",
            "polars/test_cursor.py",
            "polars/test_async_cursor.py",
            "s3fs/test_cursor.py",
            "s3fs/test_async_cursor.py",
            "filesystem/test_s3.py",
            "filesystem/test_s3_async.py",
            "sqlalchemy/test_base.py",
            "aio/test_cursor.py",
            "aio/pandas/test_cursor.py",
            "aio/arrow/test_cursor.py",
            "aio/polars/test_cursor.py",
            "aio/s3fs/test_cursor.py",
            "aio/sqlalchemy/test_base.py",
        )
    ),
    ("pyarrow_endpoint",),
    selection="not test_info_file",  # wants an object's time, in whole seconds, after a moment within the same second
    environment={
        "AWS_ATHENA_S3_STAGING_DIR": f"s3://{BUCKET}/pyathena/",
        "AWS_ATHENA_WORKGROUP": WORK_GROUP,
        "AWS_ATHENA_SPARK_WORKGROUP": WORK_GROUP,
    },
)
_AWSWRANGLER = Suite(
    "awswrangler",
    "awswrangler's own tests of Athena and the catalog",
    AWSWRANGLER.folder,
    tuple(
        f"tests/unit/{module}"
        for module in (
            "test_athena.py",
            "test_athena_cache.py",
            "test_athena_csv.py",
            "test_athena_parquet.py",
            "test_athena_prepared.py",
            "test_athena_projection.py",
            "test_catalog.py",
        )
    ),
    ("awswrangler_outputs",),
)
_DBT_ATHENA = Suite(
    "dbt-athena",
    "dbt-athena's own functional tests",
    environment.dbt_athena,
    tuple(
        f"tests/functional/adapter/{module}"
        for module in (
            "test_basic_hive.py",
            "test_change_relation_types.py",
            "test_connections.py",
            "test_force_batch.py",
            "test_incremental_microbatch.py",
            "test_incremental_tmp_schema.py",
            "test_on_schema_change.py",
            "test_partitions.py",
            "test_seed_by_insert.py",
            "test_unique_tmp_table_suffix.py",
        )
    ),
    selection="not iceberg and not merge",
    environment={
        "DBT_TEST_ATHENA_S3_STAGING_DIR": f"s3://{BUCKET}/dbt/",
        "DBT_TEST_ATHENA_S3_TMP_TABLE_DIR": f"s3://{BUCKET}/dbt-tmp/",
        "DBT_TEST_ATHENA_REGION_NAME": "us-east-1",
        "DBT_TEST_ATHENA_DATABASE": "awsdatacatalog",
        "DBT_TEST_ATHENA_SCHEMA": "dbt",
        "DBT_TEST_ATHENA_WORK_GROUP": WORK_GROUP,
        "DBT_TEST_ATHENA_POLL_INTERVAL": "0.1",
    },
)
SUITES = (_PYATHENA, _AWSWRANGLER, _DBT_ATHENA)
