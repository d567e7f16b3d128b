"""Athena on DuckDB.

Tests of SQL use the engine without a server, through exactly the translator and execution of production:

    from localcloud.engines.athena.testing import TestLake
    lake = TestLake(tmp_path)                       # in-memory catalog, objects in a folder
    lake.table("clean_client", {"client_id": "bigint", "name": "varchar"}, [(1, "Acme"), (2, None)])
    result = lake.query("select client_id from clean_client order by 1")
    result.names, result.rows, result.columns[0].type

TestLake.insert(name, rows) adds rows; a StatementRunner runs DDL and everything else that is no SELECT.
The pieces: AthenaEngine(catalog, objects, scratch).execute(sql, database) -> Result(columns, rows).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud


def install(cloud: "LocalCloud") -> None:
    """Puts the engine behind Athena's API of a cloud; nothing heavy is imported before Athena is first used."""
    from localcloud import service

    opened: list[Any] = []

    def patch() -> None:
        from localcloud.engines.athena.api import patch_moto

        patch_moto()

    def serve(backend: object = None) -> None:
        from localcloud.engines.athena import server

        if not opened:
            opened.append(server.serve(cloud.state_dir / "athena"))

    def recover(backend: object) -> None:
        from localcloud.engines.athena import server

        server.recover(backend)

    def stop() -> None:
        if opened:
            from localcloud.engines.athena import server

            server.stop_serving()
            opened.clear()

    service.when_loaded("athena", patch)
    service.after_loading("athena", serve)
    service.when_recovering("athena", recover)
    cloud.watch("queries", lambda: opened[0].running if opened else 0)
    cloud.on_stop(stop)
