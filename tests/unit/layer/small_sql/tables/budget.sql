create external table if not exists budget (hours double) stored as parquet location '${location}'
