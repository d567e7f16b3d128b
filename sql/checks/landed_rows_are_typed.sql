-- One row per run whose landed entries and typed entries differ in number: no row may be lost or doubled.
with landed as (
    select
        run_id,
        count(*) as landed_rows
    from raw_timesheet_entry
    group by run_id
),
typed as (
    select
        run_id,
        count(*) as typed_rows
    from typed_timesheet_entry
    group by run_id
)
select
    coalesce(landed.run_id, typed.run_id) as run_id,
    coalesce(landed.landed_rows, 0)       as landed_rows,
    coalesce(typed.typed_rows, 0)         as typed_rows
from landed
full outer join typed
    on typed.run_id = landed.run_id
where coalesce(landed.landed_rows, 0) <> coalesce(typed.typed_rows, 0)
