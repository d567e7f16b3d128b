-- Which rows were left out, or are odd, for this reason? One row per landed row. Parameter: reason, for example
-- hours_out_of_range.
select
    run_id,
    table_name,
    row_key,
    column_name,
    observed,
    outcome
from quarantine
where reason = ?
order by run_id desc, table_name, row_key
