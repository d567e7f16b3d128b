"""The DuckDB instance behind the engine: one per server, bounded in memory, a connection per query."""

from pathlib import Path

import duckdb
import duckdb_extension_avro

_MACROS = Path(__file__).with_name("macros.sql")


def open_database(temp_directory: Path, memory_limit: str = "2GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """An in-memory database with the engine's macros and the Avro reader. Never reaches for the network."""
    temp_directory.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(temp_directory),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_unsigned_extensions": False,
        },
    )
    connection.execute("SET GLOBAL ieee_floating_point_ops = true")
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    connection.execute(f"LOAD '{_avro_extension()}'")
    for statement in _MACROS.read_text().split(";\n"):
        if statement.strip():
            connection.execute(statement)
    return connection


def _avro_extension() -> Path:
    folder = Path(duckdb_extension_avro.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    return folder / "avro.duckdb_extension"
