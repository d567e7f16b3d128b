create external table if not exists typed_country (
    country        string       comment 'ISO code of the country',
    utc_offset_min int          comment 'minutes ahead of UTC',
    work_days      string       comment 'Monday to Sunday, 1 = working day',
    weekly_hours   decimal(4,2) comment 'hours of a usual full-time week',
    reject_reason  string       comment 'why the row cannot be used, null = usable',
    reject_column  string       comment 'column that is wrong',
    observed       string       comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of a country, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
