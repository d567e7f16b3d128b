"""Spark's own way to land a query as Avro, for bench/ingest.py: two connections over the range of the key.

spark-submit --jars DRIVER,SPARK_AVRO spark_jdbc.py JOB.json FOLDER
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

CONNECTIONS = 2

asked = json.loads(Path(sys.argv[1]).read_text())
rows = f"({asked.pop('query')}) q"
database = {**asked, "driver": "org.postgresql.Driver", "fetchsize": 10_000}
session = SparkSession.builder.getOrCreate()
ends = f"select min(entry_id) as low, max(entry_id) as high from {rows}"
low, high = session.read.format("jdbc").options(**database, query=ends).load().first()
ranges = {"partitionColumn": "entry_id", "lowerBound": low, "upperBound": high + 1, "numPartitions": CONNECTIONS}
session.read.format("jdbc").options(**database, dbtable=rows, **ranges).load().write.format("avro").save(sys.argv[2])
session.stop()
