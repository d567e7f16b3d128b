-- One partition for each day; a run replaces the days that it sees and leaves the others.
{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['work_date']) }}
select count(*) as entries, sum(hours) as hours, work_date
from {{ ref('entries') }}
{% if is_incremental() %}
where work_date >= (select max(work_date) from {{ this }})
{% endif %}
group by work_date
