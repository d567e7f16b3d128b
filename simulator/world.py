"""The company as a whole: everything that does not depend on a week, planned once from the seed."""

from dataclasses import dataclass, replace

from simulator import calendar
from simulator.people import People, hire
from simulator.projects import Assignments, Projects, assign, budgets, plan_projects
from simulator.randomness import Bools


@dataclass(frozen=True)
class World:
    seed: int
    people: People
    projects: Projects
    assignments: Assignments
    holidays: Bools  # country × day


def build_world(employees: int, seed: int) -> World:
    """The same world for the same two numbers, whatever the dates and however many weeks are lived."""
    people = hire(employees, seed)
    planned = plan_projects(people, seed)
    assignments = assign(people, planned, seed)
    return World(
        seed=seed % 2**62,
        people=people,
        projects=replace(planned, budget_hours=budgets(people, planned, assignments, seed)),
        assignments=assignments,
        holidays=calendar.holidays(seed),
    )
