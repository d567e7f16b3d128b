create external table if not exists quarantine (
    table_name  string comment 'source table',
    row_key     string comment 'key of the row, parts joined by a bar',
    reason      string comment 'what is wrong',
    column_name string comment 'column that is wrong',
    observed    string comment 'what stood there, at most 100 characters',
    outcome     string comment 'rejected = left out, kept = used but odd'
)
comment 'One row per landed row and reason why it is left out, or odd.'
partitioned by (run_id string)
stored as parquet
location '${location}'
