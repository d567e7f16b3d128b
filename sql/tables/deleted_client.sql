create external table if not exists deleted_client (
    client_id  bigint    comment 'key of the source',
    name       string    comment 'name of the client',
    industry   int       comment 'industry code',
    updated_at timestamp comment 'UTC, last write at the source',
    landed_by  string    comment 'run that landed this version'
)
comment 'One row per client that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
