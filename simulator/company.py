"""The simulated company as frames, without any database."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from simulator.calendar import Timeline, timeline
from simulator.schemes.plan import plan_episodes
from simulator.standing import standing_tables
from simulator.weekly import live_week, weekly_tables
from simulator.world import World, build_world

Tables = dict[str, pl.DataFrame]


def live_weeks(
    world: World, when: Timeline, first: int = 0, last: int | None = None
) -> Iterator[tuple[Tables, pl.DataFrame]]:
    """The weekly tables and the truth, one week at a time: memory does not grow with the weeks."""
    plan = plan_episodes(world, when.weeks)
    for number in range(first, when.weeks if last is None else last):
        week, truth = live_week(world, when, plan, number)
        tables = weekly_tables(week, when)
        known = tables["timesheet"].get_column("timesheet_id")
        yield tables, truth.filter(pl.col("timesheet_id").is_in(known.implode())).sort("timesheet_id")


def company_with_truth(
    employees: int, weeks: int, seed: int, *, until: date | None = None, today: date | None = None
) -> tuple[Tables, pl.DataFrame]:
    """All eleven tables of the schema by name, and what was falsified: timesheet_id, scheme, severity."""
    when = timeline(weeks, until, today)
    world = build_world(employees, seed)
    tables = standing_tables(world, when)
    parts = list(live_weeks(world, when))
    for name in parts[0][0]:
        tables[name] = pl.concat([part[name] for part, _ in parts])
    return tables, pl.concat([truth for _, truth in parts])


def company(employees: int, weeks: int, seed: int, *, until: date | None = None) -> Tables:
    """All eleven tables of contract/source.sql as frames."""
    return company_with_truth(employees, weeks, seed, until=until)[0]
