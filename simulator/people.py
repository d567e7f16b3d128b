"""The employees: where they work, for whom, how much, and with which honest habits."""

from dataclasses import dataclass

import numpy as np

from simulator.calendar import COUNTRIES, HORIZON_WEEKS, NEVER, REGIONS
from simulator.errors import CompanyTooSmallError
from simulator.randomness import Bools, Floats, Ints, Stream, stream

MINIMUM_EMPLOYEES = 10
PRACTICES = ("Audit", "Cloud", "Data", "Finance", "Operations", "Risk", "Strategy", "Tax")
WORK_MODES = ("office", "hybrid", "client_site", "remote")
OFFICE, HYBRID, CLIENT_SITE, REMOTE = range(4)
GRADE_SHARES = (0.30, 0.28, 0.20, 0.13, 0.07, 0.02)  # grades 1 to 6
LEADERS_FROM = 4  # grades that lead teams
PROMPT, NEXT_MONDAY, LATE, MONTH_END = range(4)  # when a week is submitted


@dataclass(frozen=True)
class People:
    """One array element per employee; the index is the person everywhere inside the simulator."""

    employee_id: Ints
    country: Ints
    region: Ints
    practice: Ints
    grade: Ints
    manager: Ints  # an index; -1 for the head of the company
    hire_day: Ints
    term_day: Ints  # NEVER if the person stays
    fte: Floats
    weekly_hours: Floats
    work_mode: Ints
    work_days: Bools  # person × weekday, without the free days of part-timers
    daily_hours: Floats  # contractual hours on such a day
    utc_offset: Ints  # seconds
    # habits
    ratio: Floats  # usual hours over contractual hours
    ratio_spread: Floats
    step: Floats  # hours are rounded to this
    copier: Bools  # copies last week
    importer: Bools  # another system books for them
    submits: Ints
    daily_entry: Bools  # books every evening, others at submission
    night_owl: Bools
    badge_rate: Floats  # chance that a day on site leaves a badge record
    vpn_rate: Floats  # chance that a day leaves a VPN record
    vpn_share: Floats  # VPN minutes per minute worked
    approval_lag: Floats  # median seconds of this approver
    approved_by_project: Bools  # the project's manager approves, not the line manager
    travels: Floats  # chance of a trip in a week

    def __len__(self) -> int:
        return len(self.employee_id)


def hire(employees: int, seed: int) -> People:
    """A company of `employees`; a few join in the first half year, about 6 % a year leave."""
    if employees < MINIMUM_EMPLOYEES:
        raise CompanyTooSmallError(f"a company needs at least {MINIMUM_EMPLOYEES} employees, not {employees}")
    rng = stream(seed, Stream.PEOPLE)
    country = rng.choice(len(COUNTRIES), size=employees, p=_normal_shares())
    region = np.array([REGIONS.index(c.region) for c in COUNTRIES])[country]
    practice = rng.integers(0, len(PRACTICES), employees)
    grade = rng.choice(6, size=employees, p=GRADE_SHARES) + 1
    grade[:3], grade[3:8] = 6, 5
    hours = np.array([c.weekly_hours for c in COUNTRIES])[country]
    fte = np.where(rng.random(employees) < 0.1, rng.choice([0.5, 0.6, 0.8], employees), 1.0)
    country_days = np.array([[flag == "1" for flag in c.work_days] for c in COUNTRIES])[country]
    work_days = _part_time_days(country_days, fte, rng)
    mode = rng.choice(4, size=employees, p=[0.27, 0.38, 0.20, 0.15])
    joins = rng.random(employees) < 0.05
    leaves = rng.random(employees) < 0.06 * HORIZON_WEEKS / 52
    hire_day = np.where(joins, rng.integers(1, 20, employees) * 7, -rng.integers(30, 4000, employees))
    term_day = np.where(leaves, rng.integers(20, HORIZON_WEEKS * 7, employees), NEVER)
    term_day = np.where(term_day < hire_day + 90, NEVER, term_day)
    hire_day[:8], term_day[:8] = -2000, NEVER
    visible = rng.random(employees) >= 0.04  # the rest leaves no trace anywhere
    rounder = rng.random(employees) < 0.22
    return People(
        employee_id=100_001 + rng.permutation(employees),
        country=country,
        region=region,
        practice=practice,
        grade=grade,
        manager=_managers(practice * len(REGIONS) + region, grade, rng),
        hire_day=hire_day,
        term_day=term_day,
        fte=fte,
        weekly_hours=hours,
        work_mode=mode,
        work_days=work_days,
        daily_hours=hours * fte / np.maximum(work_days.sum(axis=1), 1),
        utc_offset=np.array([c.utc_offset_min for c in COUNTRIES])[country] * 60,
        ratio=np.exp(rng.normal(0.005 + 0.012 * grade, 0.045, employees)),
        ratio_spread=np.where(rounder, 0.012, rng.uniform(0.03, 0.09, employees)),
        step=np.where(rounder, 1.0, rng.choice([0.25, 0.5], employees, p=[0.6, 0.4])),
        copier=rng.random(employees) < 0.05,
        importer=rng.random(employees) < 0.08,
        submits=rng.choice(4, size=employees, p=[0.62, 0.22, 0.11, 0.05]),
        daily_entry=rng.random(employees) < 0.45,
        night_owl=rng.random(employees) < 0.05,
        badge_rate=visible * np.array([0.93, 0.5, 0.02, 0.02])[mode] * rng.uniform(0.9, 1.05, employees),
        vpn_rate=visible * _vpn_rates(mode, rng),
        vpn_share=rng.uniform(0.35, 0.95, employees),
        approval_lag=np.where(
            rng.random(employees) < 0.08, 300.0, np.exp(rng.normal(np.log(26 * 3600), 0.7, employees))
        ),
        approved_by_project=rng.random(employees) < 0.3,
        travels=np.where(grade >= 2, rng.beta(0.5, 9, employees), 0.0),
    )


def _normal_shares() -> Floats:
    shares = np.array([c.share for c in COUNTRIES])
    normal: Floats = shares / shares.sum()
    return normal


def _part_time_days(days: Bools, fte: Floats, rng: np.random.Generator) -> Bools:
    """0.8 and 0.6 take whole days off; 0.5 works every day, but shorter."""
    taken = np.where(np.isclose(fte, 0.8), 1, np.where(np.isclose(fte, 0.6), 2, 0))
    order = np.argsort(np.where(days, rng.random(days.shape), 2.0), axis=1)
    result = days.copy()
    for count in (1, 2):
        rows = np.flatnonzero(taken >= count)
        result[rows, order[rows, count - 1]] = False
    return result


def _vpn_rates(mode: Ints, rng: np.random.Generator) -> Floats:
    """At a client's site half the people never use our network."""
    rates = np.array([0.55, 0.9, 0.7, 0.97])[mode] * rng.uniform(0.9, 1.03, len(mode))
    return np.where((mode == CLIENT_SITE) & (rng.random(len(mode)) < 0.5), 0.0, np.minimum(rates, 1.0))


def _managers(team: Ints, grade: Ints, rng: np.random.Generator) -> Ints:
    """Each person reports to someone of a higher grade, in the same practice and region if there is one."""
    manager = np.zeros(len(team), dtype=np.int64)
    heads = np.flatnonzero(grade == 6)
    for group in np.unique(team):
        members = np.flatnonzero(team == group)
        for own in range(1, 6):
            juniors = members[grade[members] == own]
            above = members[grade[members] >= max(own + 1, LEADERS_FROM)]
            manager[juniors] = rng.choice(above if len(above) else heads, size=len(juniors))
    manager[heads] = 0
    manager[0] = -1
    return manager
