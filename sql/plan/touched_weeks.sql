-- One row per table and week that the newly landed rows change: what the run has to build again.
-- A landed version changes its week, and the week in which its key stood before, if it is newer than the known one
-- or differs from it; the overlap of two ingests, which lands the same rows again, changes nothing.
-- A journey, an assignment or a holiday changes the weeks of its days, those that it had before and those that it has.
-- A new employee or project changes the weeks whose rows waited for it, and the first rows of a table that did not land
-- with the others change every week. Other changes of employees, projects, clients and countries change no week: they
-- are joined as known now.
-- A row that is gone changes the weeks in which it stood.
-- Reads typed_* and deleted_* (the new runs), and clean_* (as they stand before the run).
with landed_timesheet as (
    select landed.*
    from typed_timesheet as landed
    where landed.reject_reason is null
),
known_timesheet as (                                   -- keys that clean_timesheet knows: their newest landed version
    select
        landed.week_start,
        known.week_start as known_week_start,
        landed.updated_at > known.updated_at
            or (
                landed.updated_at = known.updated_at
                and (
                    landed.employee_id is distinct from known.employee_id
                    or landed.week_start is distinct from known.week_start
                    or landed.submitted_at is distinct from known.submitted_at
                    or landed.approved_at is distinct from known.approved_at
                    or landed.approver_id is distinct from known.approver_id
                    or landed.l2_approver_id is distinct from known.l2_approver_id
                )
            ) as is_changed,
        row_number() over (
            partition by landed.timesheet_id
            order by
                landed.updated_at desc, landed.run_id desc, landed.employee_id desc, landed.week_start desc,
                landed.submitted_at desc, landed.approved_at desc, landed.approver_id desc,
                landed.l2_approver_id desc
        ) as recency
    from landed_timesheet as landed
    join clean_timesheet as known
        on known.timesheet_id = landed.timesheet_id
),
landed_entry as (
    select
        landed.*,
        cast(date_trunc('week', landed.work_date) as date) as week_start
    from typed_timesheet_entry as landed
    where landed.reject_reason is null
),
known_entry as (
    select
        landed.week_start,
        known.week_start as known_week_start,
        landed.updated_at > known.updated_at
            or (
                landed.updated_at = known.updated_at
                and (
                    landed.timesheet_id is distinct from known.timesheet_id
                    or landed.project_id is distinct from known.project_id
                    or landed.work_date is distinct from known.work_date
                    or landed.hours is distinct from known.hours
                    or landed.task is distinct from known.task
                    or landed.bill_grade is distinct from known.bill_grade
                    or landed.source is distinct from known.source
                    or landed.description_length is distinct from known.description_length
                    or landed.description_is_plain is distinct from known.description_is_plain
                    or landed.created_at is distinct from known.created_at
                )
            ) as is_changed,
        row_number() over (
            partition by landed.entry_id
            order by
                landed.updated_at desc, landed.run_id desc, landed.timesheet_id desc, landed.project_id desc,
                landed.work_date desc, landed.hours desc, landed.task desc, landed.bill_grade desc,
                landed.source desc, landed.description_length desc, landed.description_is_plain desc,
                landed.created_at desc
        ) as recency
    from landed_entry as landed
    join clean_timesheet_entry as known
        on known.entry_id = landed.entry_id
),
known_leave as (
    select
        known.week_start,
        landed.updated_at > known.updated_at
            or (landed.updated_at = known.updated_at and landed.kind is distinct from known.kind) as is_changed,
        row_number() over (
            partition by landed.employee_id, landed.leave_date
            order by landed.updated_at desc, landed.run_id desc, landed.kind desc
        ) as recency
    from typed_leave_day as landed
    join clean_leave_day as known
        on known.employee_id = landed.employee_id
        and known.leave_date = landed.leave_date
    where landed.reject_reason is null
),
known_activity as (
    select
        known.week_start,
        landed.updated_at > known.updated_at
            or (
                landed.updated_at = known.updated_at
                and (
                    landed.badge is distinct from known.badge
                    or landed.vpn_minutes is distinct from known.vpn_minutes
                )
            ) as is_changed,
        row_number() over (
            partition by landed.employee_id, landed.activity_date
            order by landed.updated_at desc, landed.run_id desc, landed.badge desc, landed.vpn_minutes desc
        ) as recency
    from typed_activity_day as landed
    join clean_activity_day as known
        on known.employee_id = landed.employee_id
        and known.activity_date = landed.activity_date
    where landed.reject_reason is null
),
period as (                                            -- days whose journeys and assignments are others by now
    select 'clean_travel' as table_name, landed.employee_id, landed.start_date, landed.end_date
    from typed_travel as landed
    left join clean_travel as known
        on known.travel_id = landed.travel_id
    where landed.reject_reason is null
        and (
            known.travel_id is null
            or landed.employee_id is distinct from known.employee_id
            or landed.start_date is distinct from known.start_date
            or landed.end_date is distinct from known.end_date
            or landed.country is distinct from known.country
        )
    union
    select 'clean_travel' as table_name, known.employee_id, known.start_date, known.end_date
    from typed_travel as landed
    join clean_travel as known
        on known.travel_id = landed.travel_id
    where landed.reject_reason is null
        and (
            landed.employee_id is distinct from known.employee_id
            or landed.start_date is distinct from known.start_date
            or landed.end_date is distinct from known.end_date
            or landed.country is distinct from known.country
        )
    union
    select 'clean_travel' as table_name, employee_id, start_date, end_date
    from deleted_travel
    union
    select 'clean_assignment' as table_name, landed.employee_id, landed.start_date, landed.end_date
    from typed_assignment as landed
    left join clean_assignment as known
        on known.assignment_id = landed.assignment_id
    where landed.reject_reason is null
        and (
            known.assignment_id is null
            or landed.employee_id is distinct from known.employee_id
            or landed.project_id is distinct from known.project_id
            or landed.start_date is distinct from known.start_date
            or landed.end_date is distinct from known.end_date
            or landed.alloc_pct is distinct from known.alloc_pct
        )
    union
    select 'clean_assignment' as table_name, known.employee_id, known.start_date, known.end_date
    from typed_assignment as landed
    join clean_assignment as known
        on known.assignment_id = landed.assignment_id
    where landed.reject_reason is null
        and (
            landed.employee_id is distinct from known.employee_id
            or landed.project_id is distinct from known.project_id
            or landed.start_date is distinct from known.start_date
            or landed.end_date is distinct from known.end_date
            or landed.alloc_pct is distinct from known.alloc_pct
        )
    union
    select 'clean_assignment' as table_name, employee_id, start_date, end_date
    from deleted_assignment
),
other_holiday as (
    select landed.holiday_date
    from typed_holiday as landed
    left join clean_holiday as known
        on known.country = landed.country
        and known.holiday_date = landed.holiday_date
    where landed.reject_reason is null
        and known.country is null
    union
    select holiday_date
    from deleted_holiday
),
new_employee as (
    select distinct landed.employee_id
    from typed_employee as landed
    left join clean_employee as known
        on known.employee_id = landed.employee_id
    where landed.reject_reason is null
        and known.employee_id is null
),
new_project as (
    select distinct landed.project_id
    from typed_project as landed
    left join clean_project as known
        on known.project_id = landed.project_id
    where landed.reject_reason is null
        and known.project_id is null
)
select 'clean_timesheet' as table_name, landed.week_start
from landed_timesheet as landed
left join clean_timesheet as known
    on known.timesheet_id = landed.timesheet_id
where known.timesheet_id is null
union
select 'clean_timesheet' as table_name, week_start
from known_timesheet
where recency = 1 and is_changed
union
select 'clean_timesheet' as table_name, known_week_start as week_start
from known_timesheet
where recency = 1 and is_changed
union
select 'clean_timesheet_entry' as table_name, landed.week_start
from landed_entry as landed
left join clean_timesheet_entry as known
    on known.entry_id = landed.entry_id
where known.entry_id is null
union
select 'clean_timesheet_entry' as table_name, week_start
from known_entry
where recency = 1 and is_changed
union
select 'clean_timesheet_entry' as table_name, known_week_start as week_start
from known_entry
where recency = 1 and is_changed
union
select 'clean_leave_day' as table_name, cast(date_trunc('week', landed.leave_date) as date) as week_start
from typed_leave_day as landed
left join clean_leave_day as known
    on known.employee_id = landed.employee_id
    and known.leave_date = landed.leave_date
where landed.reject_reason is null
    and known.employee_id is null
union
select 'clean_leave_day' as table_name, week_start
from known_leave
where recency = 1 and is_changed
union
select 'clean_activity_day' as table_name, cast(date_trunc('week', landed.activity_date) as date) as week_start
from typed_activity_day as landed
left join clean_activity_day as known
    on known.employee_id = landed.employee_id
    and known.activity_date = landed.activity_date
where landed.reject_reason is null
    and known.employee_id is null
union
select 'clean_activity_day' as table_name, week_start
from known_activity
where recency = 1 and is_changed
union
select 'clean_timesheet' as table_name, week_start
from deleted_timesheet
union
select 'clean_timesheet_entry' as table_name, week_start
from deleted_timesheet_entry
union
select 'deleted_line' as table_name, week_start
from deleted_timesheet_entry
union
select 'clean_leave_day' as table_name, week_start
from deleted_leave_day
union
select 'clean_activity_day' as table_name, week_start
from deleted_activity_day
union
select period.table_name, timesheet.week_start
from clean_timesheet as timesheet
join period
    on period.employee_id = timesheet.employee_id
    and date_add('day', 6, timesheet.week_start) >= coalesce(period.start_date, timesheet.week_start)
    and timesheet.week_start <= coalesce(period.end_date, timesheet.week_start)
union
select 'clean_holiday' as table_name, timesheet.week_start
from clean_timesheet as timesheet
join other_holiday
    on cast(date_trunc('week', other_holiday.holiday_date) as date) = timesheet.week_start
union
select 'clean_employee' as table_name, timesheet.week_start
from clean_timesheet as timesheet
join new_employee
    on new_employee.employee_id = timesheet.employee_id
union
select 'clean_project' as table_name, entry.week_start
from clean_timesheet_entry as entry
join new_project
    on new_project.project_id = entry.project_id
union
select 'clean_assignment' as table_name, week_start
from clean_timesheet
where exists (select 1 from typed_assignment where reject_reason is null)
    and not exists (select 1 from clean_assignment)
union
select 'clean_assignment' as table_name, week_start    -- the last ones are gone
from clean_timesheet
where exists (select 1 from deleted_assignment)
    and not exists (select 1 from typed_assignment where reject_reason is null)
    and not exists (
        select 1
        from clean_assignment as known
        left join deleted_assignment as gone
            on gone.assignment_id = known.assignment_id
        where gone.assignment_id is null
    )
union
select 'clean_country' as table_name, week_start
from clean_timesheet
where exists (select 1 from typed_country where reject_reason is null)
    and not exists (select 1 from clean_country)
union
select 'clean_holiday' as table_name, week_start
from clean_timesheet
where exists (select 1 from typed_holiday where reject_reason is null)
    and not exists (select 1 from clean_holiday)
union
select 'clean_travel' as table_name, week_start
from clean_timesheet
where exists (select 1 from typed_travel where reject_reason is null)
    and not exists (select 1 from clean_travel)
