create external table if not exists approver_week (
    approver_id               bigint comment 'employee who approved',
    timesheets                bigint comment 'timesheets approved',
    lag_timesheets            bigint comment 'of these, with a time of submission',
    approval_lag_median_hours double comment 'median hours from submission to approval',
    compared_timesheets       bigint comment 'timesheets with peers to compare with',
    ratio_excess_sum          double comment 'sum of their ratio minus the peers median'
)
comment 'One row per approver and week: what was approved and how fast.'
partitioned by (week_start date)
stored as parquet
location '${location}'
