"""From Odoo's own tables to suspects: read by the cluster's program with the product's arguments, then the real SQL."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hourglass.imports import Landing, table_import
from hourglass.sources import LANDS_AS_STRING, load_source
from hourglass.sqoop import import_arguments
from hourglass.windows import Window

from cli.source import SourceUrl, parse_source_url
from localcloud.engines.emr.programs.sqoop import main
from postgres import EmbeddedPostgres
from tests.sources.bookings import FEATURES_OF_NEITHER, PEOPLE, SUSPECTS, UNKNOWN, WEEKS, bookings
from tests.unit.layer.lake_fixture import Company

SCHEMA = Path(__file__).parents[2] / "sources" / "odoo.sql"
SOURCE, LANDING = load_source("odoo"), Landing("r1", "2026-03-02")
COMPANY = """
insert into uom_uom (id, category_id, name, uom_type, factor, rounding) values
    (3, 3, '{"en_US": "Days"}', 'reference', 1.0, 0.01), (4, 3, '{"en_US": "Hours"}', 'smaller', 8.0, 0.01);
insert into ir_model_data (module, name, model, res_id) values ('uom', 'product_uom_hour', 'uom.uom', 4);
insert into res_company (id, name, partner_id, currency_id, resource_calendar_id) values (1, 'Company', 1, 1, 1);
insert into resource_calendar (id, company_id, name, tz) values (1, 1, 'Standard', 'Europe/Brussels');
insert into resource_calendar_attendance (calendar_id, name, dayofweek, day_period, hour_from, hour_to)
    select 1, 'Day', day::varchar, 'morning', 8, 16 from generate_series(0, 4) as day;
insert into hr_employee (id, resource_id, company_id, create_date)
    select n, n, 1, '2025-01-01' from generate_series(1, 12) as n;
insert into res_partner (id, name, is_company, commercial_partner_id, create_date)
    values (5, 'Acme', true, 5, '2025-01-01');
insert into project_project (id, company_id, partner_id, name, create_date) values
    (20, 1, 5, '{"en_US": "Roll-out"}', '2025-01-01'), (21, 1, 5, '{"en_US": "Support"}', '2025-01-01');
"""
LINE = (
    "insert into account_analytic_line (employee_id, project_id, create_date, write_date, unit_amount, date, "
    "product_uom_id, company_id, name) values (%s, %s, %s, %s, %s, %s, 3, 1, '/')"
)


@pytest.fixture
def odoo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A company that books days."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            for script in (SCHEMA.read_text(encoding="utf-8"), COMPANY):
                connection.execute(script.encode())
            rows = [(b.person, b.project, b.ended_at, b.ended_at, b.hours / 8, b.day) for b in bookings()]
            connection.cursor().executemany(LINE, rows)
        yield parse_source_url(server.url)


def landed(url: SourceUrl, table: str, hdfs: Path) -> Path:
    """The folder in which the cluster's own program lands a table."""
    secret = hdfs / "password"
    secret.write_text(url.password)
    wanted = table_import(SOURCE, SOURCE.table(table), Window(None, None), LANDING)
    login = ["--username", url.username, "--password-file", f"file://{secret}"]
    assert main([*import_arguments(url.jdbc_url, wanted), *login]) == 0
    return hdfs / wanted.directory.removeprefix("hdfs:///")


def raw_columns(table: str) -> dict[str, str]:
    kinds = {"integer": "int", "text": "string", **dict.fromkeys(LANDS_AS_STRING, "string")}
    return {column.name: kinds.get(column.type, column.type) for column in SOURCE.table(table).columns}


def test_the_week_that_stands_out_is_suspect_and_nothing_that_odoo_does_not_know_is_made_up(
    odoo: SourceUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMR_HDFS_ROOT", str(tmp_path))
    company, folders = Company(tmp_path / "lake"), {t.name: landed(odoo, t.name, tmp_path) for t in SOURCE.tables}
    company.detect("d20261122t090000_00000001", [company.land_avro("r1", folders, raw_columns)])
    assert company.select(SUSPECTS) == [(1, 110.0, 40.0, 70.0, "Acme")]
    assert company.select(UNKNOWN) == [(0,) * len(FEATURES_OF_NEITHER)]
    assert company.select("select count(*) from timesheet_scores") == [(PEOPLE * WEEKS,)]
    assert company.select("select sum(hours) from clean_timesheet_entry") == [
        (Decimal(sum(round(each.hours * 100) for each in bookings())) / 100,)
    ]
    assert company.select("select reason from quarantine") == []
