create external table if not exists clean_country (
    country        string       comment 'ISO code of the country',
    utc_offset_min int          comment 'minutes ahead of UTC',
    work_days      string       comment 'Monday to Sunday, 1 = working day',
    weekly_hours   decimal(4,2) comment 'hours of a usual full-time week',
    run_id         string       comment 'run that landed this version'
)
comment 'One row per country: its newest usable version.'
stored as parquet
location '${location}'
