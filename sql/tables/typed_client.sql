create external table if not exists typed_client (
    client_id     bigint    comment 'key of the source',
    name          string    comment 'name of the client',
    industry      int       comment 'industry code',
    updated_at    timestamp comment 'UTC, last write at the source',
    reject_reason string    comment 'why the row cannot be used, null = usable',
    reject_column string    comment 'column that is wrong',
    observed      string    comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of a client, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
