create external table if not exists clean_country (country string) stored as parquet location '${location}'
