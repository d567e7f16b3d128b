create external table if not exists clean_holiday (
    country      string comment 'ISO code of the country',
    holiday_date date   comment 'the day nobody is expected to work',
    run_id       string comment 'run that landed this version'
)
comment 'One row per public holiday of a country: its newest usable version.'
stored as parquet
location '${location}'
