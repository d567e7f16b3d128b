"""Runs `sqoop import` as Apache Sqoop 1.4.7 does: the same arguments, queries, splits, files and error texts.

Read in this order: `arguments` (what may be said), `job` (what happens), `splits`, `extract`, `avro`.
"""
