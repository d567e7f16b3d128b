-- A view is made by CREATE VIEW and read like a table.
{{ config(materialized='view') }}
select work_date
from {{ ref('hours_by_day') }}
where hours > 5
