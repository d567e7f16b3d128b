create external table if not exists deleted_country (
    country        string       comment 'ISO code of the country',
    utc_offset_min int          comment 'minutes ahead of UTC',
    work_days      string       comment 'Monday to Sunday, 1 = working day',
    weekly_hours   decimal(4,2) comment 'hours of a usual full-time week',
    landed_by      string       comment 'run that landed this version'
)
comment 'One row per country that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
