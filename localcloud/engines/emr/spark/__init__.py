"""Runs Apache Spark, as pyspark brings it, the way a node of EMR would: its HDFS, its defaults, its jars.

Read in this order: `arguments` (what `spark-submit` may be told), `home` (what is on the machine), `defaults`.
"""
