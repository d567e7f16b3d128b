create external table if not exists typed_country (country string) partitioned by (run_id string)
stored as parquet location '${location}'
