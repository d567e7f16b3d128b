"""File formats by the name that STORED AS and CREATE TABLE AS give them: input format, output format, SerDe."""

from localcloud.engines.athena.catalog import (
    AVRO_SERDE,
    JSON_SERDES,
    LAZY_SERDE,
    ORC_SERDE,
    PARQUET_SERDE,
    TEXT_INPUT,
)

TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
FORMATS: dict[str, tuple[str, str, str]] = {
    "PARQUET": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        PARQUET_SERDE,
    ),
    "AVRO": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        AVRO_SERDE,
    ),
    "TEXTFILE": (TEXT_INPUT, TEXT_OUTPUT, LAZY_SERDE),
    "JSON": (TEXT_INPUT, TEXT_OUTPUT, JSON_SERDES[0]),
    "ORC": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        ORC_SERDE,
    ),
}
