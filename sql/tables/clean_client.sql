create external table if not exists clean_client (
    client_id  bigint    comment 'key of the source',
    name       string    comment 'name of the client',
    industry   int       comment 'industry code',
    updated_at timestamp comment 'UTC, last write at the source',
    run_id     string    comment 'run that landed this version'
)
comment 'One row per client: its newest usable version.'
stored as parquet
location '${location}'
