"""What the mappings of real systems read: exactly what they list, and nothing personal."""

import re

import pytest
from hourglass.imports import Landing, columns_import, control_import, table_import
from hourglass.lake import Lake
from hourglass.queries import CONDITIONS, table_query
from hourglass.sources import Source, SourceTable, load_source
from hourglass.sqoop import import_arguments
from hourglass.windows import Window
from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify

SOURCES = [load_source("kimai"), load_source("odoo")]
TABLES = [(source, table) for source in SOURCES for table in source.tables]
EVERYTHING = Window(None, None)
LAKE = Lake("hourglass-lake")
SENSITIVE = re.compile(
    "pass|token|secret|totp|pin|login|mail|phone|fax|mobile|street|city|zip|address|contact|avatar|alias|title|birth|"
    "gender|marital|ssn|sinid|visa|permit|bank|name|comment|note|description|signature|value|reason|text"
)
# What sounds like it and is none: companies, projects, keys; of a description only its length and kind are selected.
HARMLESS = {
    "kimai2_customers.name", "kimai2_projects.name", "kimai2_user_preferences.name", "kimai2_user_preferences.value",
    "kimai2_timesheet.description", "project_project.name", "res_partner.name", "ir_model_data.name",
    "account_analytic_line.name",
}  # fmt: skip
DESCRIPTIONS = {"kimai2_timesheet.description", "account_analytic_line.name"}


def name_of(table: tuple[Source, SourceTable]) -> str:
    return f"{table[0].dialect.name}-{table[1].name}"


def qualified(source: Source, table: SourceTable) -> exp.Expression:
    """The query, with every column bound to its table; fails when it reads one that the mapping does not list."""
    dialect = {"postgresql": "postgres", "mysql": "mysql"}[source.dialect.name]
    query = table_query(source, table, EVERYTHING).replace(CONDITIONS, "1 = 1")
    schema: dict[str, dict[str, str]] = {}
    for read in table.reads:
        schema.setdefault(read.table, {})[read.column] = "text"
    return qualify(parse_one(query, read=dialect), schema=schema, dialect=dialect)


def read_columns(tree: exp.Expression) -> set[str]:
    """`table.column` of every column of the source behind a query."""
    found = set()
    for select in tree.find_all(exp.Select):
        aliases = {table.alias_or_name: table.name for table in select.find_all(exp.Table)}
        for column in select.find_all(exp.Column):
            if column.table in aliases:
                found.add(f"{aliases[column.table]}.{column.name}")
    return found


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_a_query_reads_exactly_what_its_mapping_lists(table: tuple[Source, SourceTable]) -> None:
    source, wanted = table
    listed = {f"{read.table}.{read.column}" for read in wanted.reads}
    assert read_columns(qualified(source, wanted)) == listed


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_nothing_personal_is_read(table: tuple[Source, SourceTable]) -> None:
    listed = {f"{read.table}.{read.column}" for read in table[1].reads}
    assert {name for name in listed if SENSITIVE.search(name.split(".")[1])} <= HARMLESS


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_of_a_description_only_its_length_and_kind_are_selected(table: tuple[Source, SourceTable]) -> None:
    expressions = {column.name: column.expression for column in table[1].columns}
    described = {name for name, sql in expressions.items() if re.search(r"\bdescription\b|\bl\.name\b", sql)}
    assert described <= {"description_length", "description_is_plain"}


def test_people_have_no_names() -> None:
    for source in SOURCES:
        reads = {f"{read.table}.{read.column}" for read in source.table("employee").reads}
        assert not reads & {"kimai2_users.username", "kimai2_users.alias", "hr_employee.name", "kimai2_teams.name"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.dialect.name)
def test_every_step_stays_within_what_emr_takes(source: Source) -> None:
    landing = Landing("20261123t080000-5f0e6c1a", "2026-11-23")
    windows = {table.name: EVERYTHING for table in source.tables}
    imports = [table_import(source, table, EVERYTHING, landing) for table in source.tables]
    imports += [control_import(source, windows, landing, LAKE, "before"), columns_import(source, landing, LAKE)]
    assert max(sum(map(len, import_arguments("jdbc:mariadb://db.internal/kimai", each))) for each in imports) < 8_000
