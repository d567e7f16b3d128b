-- Every entry of every run.
{{ config(materialized='incremental', incremental_strategy='append') }}
select entry_id, {{ var('run') }} as run
from {{ ref('entries') }}
