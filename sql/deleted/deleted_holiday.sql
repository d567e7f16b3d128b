-- One row per holiday that the source does not have any more: its last known version.
-- Reads raw_keys_of_holiday (the keys of the new sweeps) and clean_holiday as it stood before the run.
-- Read by clean_holiday.
with present as (
    select distinct
        country,
        try_cast(holiday_date as date) as holiday_date
    from raw_keys_of_holiday
),
sweep as (                                             -- no row when not one key landed: that is not believed
    select max(run_id) as run_id
    from raw_keys_of_holiday
    having count(*) > 0
)
select
    known.country,
    known.holiday_date,
    known.run_id as landed_by,
    sweep.run_id
from clean_holiday as known
cross join sweep
left join present
    on present.country = known.country
    and present.holiday_date = known.holiday_date
where present.country is null
