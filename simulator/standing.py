"""The tables that change slowly, as the database shows them at the moment of looking."""

import numpy as np
import polars as pl

from simulator import words
from simulator.calendar import COUNTRIES, DAY, NEVER, REGIONS, Timeline
from simulator.people import PRACTICES, WORK_MODES
from simulator.projects import BILLINGS, FIRST_CLIENT_PROJECT, INTERNAL_PROJECTS
from simulator.randomness import Ints, mix
from simulator.world import World

NOTICE_DAYS = 28  # a leaving is known this long before
MORNING = 9 * 3600


def standing_tables(world: World, timeline: Timeline) -> dict[str, pl.DataFrame]:
    return {
        "country": _country(),
        "holiday": _holiday(world, timeline),
        "employee": _employee(world, timeline),
        "client": _client(world, timeline),
        "project": _project(world, timeline),
        "assignment": _assignment(world, timeline),
    }


def _country() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "country": [c.code for c in COUNTRIES],
            "utc_offset_min": [c.utc_offset_min for c in COUNTRIES],
            "work_days": [c.work_days for c in COUNTRIES],
            "weekly_hours": [c.weekly_hours for c in COUNTRIES],
        }
    )


def _holiday(world: World, timeline: Timeline) -> pl.DataFrame:
    country, day = np.nonzero(world.holidays[:, : (timeline.weeks + 8) * 7])
    codes = pl.Series([c.code for c in COUNTRIES])
    return pl.DataFrame({"country": codes.gather(country), "holiday_date": timeline.dates(day)})


def _employee(world: World, timeline: Timeline) -> pl.DataFrame:
    people = world.people
    known = (people.term_day - NOTICE_DAYS) * DAY + MORNING <= timeline.observed
    names = words.full_names(people.employee_id)
    changed = np.where(known, people.term_day - NOTICE_DAYS, np.minimum(people.hire_day - 30, 0))
    return pl.DataFrame(
        {
            "employee_id": people.employee_id,
            "full_name": names,
            "email": words.emails(names, people.employee_id),
            "country": pl.Series([c.code for c in COUNTRIES]).gather(people.country),
            "region": pl.Series(REGIONS).gather(people.region),
            "practice": pl.Series(PRACTICES).gather(people.practice),
            "grade": people.grade,
            "manager_id": _ids_or_null(people.employee_id, people.manager),
            "hire_date": timeline.dates(people.hire_day),
            "term_date": timeline.dates(np.where(known, people.term_day, NEVER)),
            "fte": people.fte,
            "weekly_hours": people.weekly_hours,
            "work_mode": pl.Series(WORK_MODES).gather(people.work_mode),
            "updated_at": timeline.moments(changed * DAY + MORNING),
        }
    ).sort("employee_id")


def _client(world: World, timeline: Timeline) -> pl.DataFrame:
    client = np.unique(world.projects.client_id)
    names = pl.Series(["Internal"]).append(words.client_names(client[1:]))
    changed = -(100 + mix(client) % 2000) * DAY + MORNING
    return pl.DataFrame(
        {
            "client_id": client,
            "name": names,
            "industry": mix(client, np.array(3)) % 20 + 1,
            "updated_at": timeline.moments(changed),
        }
    )


def _project(world: World, timeline: Timeline) -> pl.DataFrame:
    projects = world.projects
    names = pl.Series(INTERNAL_PROJECTS).append(words.project_names(projects.project_id[FIRST_CLIENT_PROJECT:]))
    announced = (projects.start_week * 7 - 21) * DAY + MORNING
    closing = projects.closed_day * DAY + MORNING
    closed = closing <= timeline.observed
    return pl.DataFrame(
        {
            "project_id": projects.project_id,
            "client_id": projects.client_id,
            "name": names,
            "practice": pl.Series(PRACTICES).gather(projects.practice),
            "region": pl.Series(REGIONS).gather(projects.region),
            "manager_id": world.people.employee_id[projects.manager],
            "billing": pl.Series(BILLINGS).gather(projects.billing),
            "start_date": timeline.dates(projects.start_week * 7),
            "end_date": timeline.dates(projects.end_week * 7 - 1),
            "closed_date": timeline.dates(np.where(closed, projects.closed_day, NEVER)),
            "budget_hours": projects.budget_hours,
            "updated_at": timeline.moments(np.where(closed, closing, announced)),
        }
    ).filter(pl.Series(announced <= timeline.observed))


def _assignment(world: World, timeline: Timeline) -> pl.DataFrame:
    assignments = world.assignments
    registered = (assignments.registered_week * 7 - 4) * DAY + MORNING
    return pl.DataFrame(
        {
            "assignment_id": 1 + np.arange(len(assignments.employee)),
            "employee_id": world.people.employee_id[assignments.employee],
            "project_id": world.projects.project_id[assignments.project],
            "start_date": timeline.dates(assignments.registered_week * 7),
            "end_date": timeline.dates(assignments.end_week * 7 - 1),
            "alloc_pct": assignments.percent,
            "updated_at": timeline.moments(registered),
        }
    ).filter(pl.Series(registered <= timeline.observed))


def _ids_or_null(ids: Ints, index: Ints) -> pl.Series:
    return pl.select(pl.when(pl.Series(index >= 0)).then(pl.Series(ids[np.maximum(index, 0)]))).to_series()
