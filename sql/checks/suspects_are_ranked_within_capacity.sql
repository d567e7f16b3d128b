-- One row per week whose suspects are not ranked 1 to n, are more than one per cent of its scores (at least one), or
-- leave out a timesheet with a higher score.
with scored as (
    select
        week_start,
        count(*)   as scored_timesheets,
        max(score) as highest_score
    from timesheet_scores
    group by week_start
),
listed as (
    select
        week_start,
        count(*)                     as suspects,
        count(distinct suspect_rank) as ranks,
        min(suspect_rank)            as first_rank,
        max(suspect_rank)            as last_rank,
        max(score)                   as highest_score
    from suspect_timesheets
    group by week_start
)
select
    coalesce(scored.week_start, listed.week_start) as week_start,
    scored.scored_timesheets,
    listed.suspects
from scored
full outer join listed
    on listed.week_start = scored.week_start
where scored.week_start is null
    or (listed.week_start is null and scored.highest_score > 0e0)
    or listed.first_rank <> 1
    or listed.last_rank <> listed.suspects
    or listed.ranks <> listed.suspects
    or listed.highest_score <> scored.highest_score
    or (listed.suspects > 1 and listed.suspects * 100 > scored.scored_timesheets)
