create external table if not exists peer_week (
    country               string comment 'country of employment',
    practice              string comment 'line of business',
    timesheets            bigint comment 'timesheets with capacity and hours',
    ratio_median          double comment 'median of worked per capacity hours',
    ratio_mad             double comment 'median distance from that median',
    billable_hours_median double comment 'median of billable hours',
    billable_hours_mad    double comment 'median distance from that median'
)
comment 'One row per country, practice and week: what is usual there.'
partitioned by (week_start date)
stored as parquet
location '${location}'
