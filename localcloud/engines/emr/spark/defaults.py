"""The configuration of Spark on a node: what EMR writes into /etc/spark/conf, for one machine."""

import os
from pathlib import Path

EVENT_LOGS = "/var/log/spark/apps"


def write_defaults(scratch: Path, hdfs: Path, java_options: str) -> Path:
    """Writes `spark-defaults.conf`; HDFS is a folder, seen as hdfs:/// by Hadoop's own overlay."""
    (hdfs / EVENT_LOGS.lstrip("/")).mkdir(parents=True, exist_ok=True)
    settings = {
        "spark.master": f"local[{os.cpu_count() or 1}]",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": "hdfs:///user/spark/warehouse",
        "spark.driver.defaultJavaOptions": f"{java_options} -Djava.io.tmpdir={scratch}",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"hdfs://{EVENT_LOGS}",
        "spark.hadoop.fs.defaultFS": "hdfs://cluster",
        "spark.hadoop.fs.hdfs.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
        "spark.hadoop.fs.viewfs.mounttable.cluster.linkFallback": hdfs.as_uri(),
        "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    }
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    defaults = scratch / "spark-defaults.conf"
    defaults.write_text("".join(lines), encoding="utf-8")
    return defaults
