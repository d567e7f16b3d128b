"""Which tables and weeks a change reaches: the cost of a run follows the change, not the history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hourglass.chain import RAW, Chain, Query
from hourglass.tables import Kind

WEEK = timedelta(weeks=1)
Weeks = frozenset[date]


@dataclass(frozen=True)
class Change:
    """What is new: per table the weeks in which its rows changed, and the typed tables with new rows.

    A whole table may have weeks too: those of its readers that its change concerns. `landed` are the runs whose
    manifest lists a table of the source: what others landed of it was not verified.
    """

    weeks: Mapping[str, Weeks]
    typed: frozenset[str]
    run_ids: tuple[str, ...]
    landed: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """What readers see now: the weeks of each weekly table, and the tables that were published at all."""

    weeks: Mapping[str, Weeks]
    tables: frozenset[str]


@dataclass(frozen=True)
class Rebuild:
    """What a run builds anew.

    `weeks` holds the weeks of each weekly table that is built; `tables` every table that is built;
    `run_ids` the ingest runs that the per-run tables take in, `landed` those of each table of the source where they are
    fewer; `published` the weeks that readers see now.
    """

    tables: frozenset[str]
    weeks: Mapping[str, Weeks]
    run_ids: tuple[str, ...]
    published: Mapping[str, Weeks]
    landed: Mapping[str, Sequence[str]] = field(default_factory=dict)


def plan_rebuild(chain: Chain, change: Change, published: Published) -> Rebuild:
    """Carry the change forward through the chain.

    A weekly table is built for the weeks in which it or what it reads changed, and for the weeks after
    those that look back on them, as far as weeks exist. A table that was never published is built for
    every week that its inputs have. A whole table is built when anything that it reads was, a per-run table when
    something that landed with the run is among it.
    """
    built: set[str] = set(change.typed)
    touched: dict[str, Weeks] = {name: frozenset() for name in change.typed}
    available: dict[str, Weeks] = {}
    for name in chain.order:
        query = chain.queries[name]
        kind = chain.tables[name].kind
        inputs_touched = _union(touched.get(each, frozenset()) for each in query.inputs)
        own = change.weeks.get(name, frozenset())
        if kind is Kind.WEEKLY:
            weekly_inputs = _union(available.get(each, frozenset()) for each in query.inputs)
            exists = weekly_inputs | published.weeks.get(name, frozenset()) | own | inputs_touched
            weeks = own | look_ahead(inputs_touched, query.look_back, exists)
            if name not in published.tables:
                weeks |= weekly_inputs
            available[name] = exists
            if weeks:
                built.add(name)
            touched[name] = weeks
        elif kind is Kind.PER_RUN and name not in change.typed:
            if any(chain.tables[each].kind is Kind.PER_RUN for each in built.intersection(query.inputs)):
                built.add(name)
                touched[name] = frozenset()
        elif name not in change.typed and _reads_anything_new(query, built, name in published.tables):
            built.add(name)
            touched[name] = own | inputs_touched
    weeks_built = {name: weeks for name, weeks in touched.items() if weeks and chain.tables[name].kind is Kind.WEEKLY}
    return Rebuild(frozenset(built), weeks_built, change.run_ids, published.weeks, change.landed)


def look_ahead(touched: Iterable[date], weeks: int, exists: Weeks) -> Weeks:
    """The touched weeks and those existing weeks that look back on them from at most so many weeks later."""
    first = frozenset(touched)
    later = frozenset(week + k * WEEK for week in first for k in range(1, weeks + 1))
    return first | (later & exists)


def look_behind(weeks: Iterable[date], look_back: int) -> Weeks:
    """These weeks and so many before each."""
    return frozenset(week - k * WEEK for week in weeks for k in range(look_back + 1))


def _reads_anything_new(query: Query, built: set[str], was_published: bool) -> bool:
    """A whole table that was never published is built too, unless it only reads what landed."""
    if built.intersection(query.inputs):
        return True
    return not was_published and not all(name.startswith((RAW, "typed_", "deleted_")) for name in query.inputs)


def _union(sets: Iterable[Weeks]) -> Weeks:
    return frozenset().union(*sets)
