"""Athena on DuckDB.

Tests of SQL use the engine without a server, through exactly the translator and execution of production:

    from localcloud.engines.athena.testing import TestLake
    lake = TestLake(tmp_path)                       # in-memory catalog, objects in a folder
    lake.table("clean_client", {"client_id": "bigint", "name": "varchar"}, [(1, "Acme"), (2, None)])
    result = lake.query("select client_id from clean_client order by 1")
    result.names, result.rows, result.columns[0].type

TestLake.ddl(sql) creates a table from the Hive DDL under sql/tables, TestLake.insert(name, rows) fills it.
The pieces: AthenaEngine(catalog, objects, scratch).execute(sql, database) -> Result(columns, rows).
"""
