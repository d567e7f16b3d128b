create external table if not exists typed_holiday (
    country       string comment 'ISO code of the country',
    holiday_date  date   comment 'the day nobody is expected to work',
    reject_reason string comment 'why the row cannot be used, null = usable',
    reject_column string comment 'column that is wrong',
    observed      string comment 'what stood there, at most 100 characters'
)
comment 'One row per landed version of a public holiday of a country, with its types, or the reason why it cannot be used.'
partitioned by (run_id string)
stored as parquet
location '${location}'
