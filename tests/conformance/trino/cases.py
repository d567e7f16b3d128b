"""Stands between small tables and the product's writer of statements."""

from collections.abc import Mapping
from dataclasses import dataclass

from hourglass.chain import Query
from hourglass.inputs import Names
from hourglass.rebuild import Rebuild, Weeks
from sqlglot import exp

from tests.sql.sql_engine import table_columns


@dataclass(frozen=True)
class KeptRows:
    """Stands for the product's inputs: each table is one that a test has filled."""

    names: Names
    tables: Mapping[str, str]
    rebuild: Rebuild

    def of(self, query: Query, _weeks: Weeks | None, _own_weeks: Weeks) -> list[tuple[str, exp.Query]]:
        return [
            (name, exp.select(*table_columns(name)).from_(self.names.published(self.tables[name])))
            for name in sorted({*query.inputs, *query.before})
        ]
