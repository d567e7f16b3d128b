"""Reads Avro files for DuckDB, several times cheaper than DuckDB's own reader.

`rows`     a stream of Arrow batches of some columns, block by block: what a scan reads
`blocks`   where a file's blocks are and how many rows each has: all that counting rows takes
`codecs`   unpacks a block
`fields`   says a writer's schema in the words that polars, which decodes the rows, understands
"""
