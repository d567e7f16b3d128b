create external table if not exists deleted_holiday (
    country      string comment 'ISO code of the country',
    holiday_date date   comment 'the day nobody is expected to work',
    landed_by    string comment 'run that landed this version'
)
comment 'One row per holiday that the source does not have any more: its last known version.'
partitioned by (run_id string)
stored as parquet
location '${location}'
