"""Rows are looked at in bounded time, and which ones is said."""

from dataclasses import replace

from doctor.database import Reading
from doctor.errors import QueryRefusedError, QueryTimeoutError
from doctor.measuring import measure
from tests.unit.doctor.doctor_fixture import WORK_LOG, FakeDatabase, mapping, survey

READING = Reading(rows=50, bytes=500, seconds=0.1, types=())


class CountingDatabase(FakeDatabase):
    """Answers every aggregate with 0, and the number of rows with `counted`."""

    def __init__(self, answers, counted: int = 300_000) -> None:
        super().__init__({"read": READING, **answers})
        self.counted = counted

    def rows(self, sql: str, seconds: float):
        self.asked.append(sql)
        for words, answer in self.answers.items():
            if words in sql and isinstance(answer, Exception):
                raise answer
        selected = sql.removeprefix("select ").split(" from (")[0]
        depth, width = 0, 1
        for letter in selected:
            depth += (letter == "(") - (letter == ")")
            width += letter == "," and depth == 0
        return [[self.counted, *[0] * (width - 1)]]


def test_a_table_of_moderate_size_is_counted_whole():
    database = CountingDatabase({})
    measured = measure(database, mapping(), mapping().tables[0], survey(WORK_LOG))
    assert (measured.rows, measured.of, measured.reading) == (300_000, "", READING)
    assert not any("sampled" in sql for sql in database.asked)
    assert set(measured.nulls) == {"key", "id", "updated_at"}


def test_a_large_table_is_sampled():
    large = replace(WORK_LOG, rows=50_000_000)
    database = CountingDatabase({}, counted=100_000)
    measured = measure(database, mapping(), mapping().tables[0], survey(large))
    assert (measured.rows, measured.of) == (100_000, "a sample of about 100,000 rows")
    assert "sampled as work_log" in database.asked[1]


def test_a_count_that_takes_too_long_falls_back_to_a_sample():
    database = CountingDatabase({"updated_at from hr.work_log)": QueryTimeoutError("stopped")}, counted=100_000)
    measured = measure(database, mapping(), mapping().tables[0], survey(WORK_LOG))
    assert measured.of == "a sample of about 100,000 rows"
    assert measured.untold == ()


def test_when_nothing_can_be_counted_in_time_that_is_said():
    database = CountingDatabase({"count(*)": QueryTimeoutError("stopped")})
    measured = measure(database, mapping(), mapping().tables[0], survey(WORK_LOG))
    assert measured.untold == ("counting its rows took more than 10 s",)
    assert measured.reading == READING


def test_what_the_database_refuses_is_kept_in_its_words():
    database = FakeDatabase({"read": QueryRefusedError("permission denied for table work_log")})
    measured = measure(database, mapping(), mapping().tables[0], survey(WORK_LOG))
    assert measured.refused == "permission denied for table work_log"


def test_duplicates_are_looked_for_only_where_nothing_forbids_them():
    enforced, loose = CountingDatabase({}), CountingDatabase({}, counted=7)
    measure(enforced, mapping(), mapping().tables[0], survey(WORK_LOG))
    assert not any("having" in sql for sql in enforced.asked)
    table = replace(WORK_LOG, primary_key=(), indexes=())
    assert measure(loose, mapping(), mapping().tables[0], survey(table)).duplicate_keys == 7


def test_a_join_is_counted_through_its_own_sql_and_cut_short_when_it_is_large():
    large = replace(WORK_LOG, rows=50_000_000)
    source = mapping(
        **{"from": "work_log as w join project as p on p.id = w.project_id"},
        reads={"work_log": {"id": "bigint"}, "project": {"id": "bigint"}},
    )
    database = CountingDatabase({})
    measured = measure(database, source, source.tables[0], survey(large))
    assert measured.of == "the first 100,000 rows"
    assert "join project as p" in database.asked[1]
    assert "limit 100000" in database.asked[1]


def test_the_ends_of_a_split_are_those_of_all_rows_even_when_few_are_looked_at():
    large = replace(WORK_LOG, rows=50_000_000)
    database = CountingDatabase({})
    measure(database, mapping(), mapping().tables[0], survey(large))
    bounds, shares = database.asked[2:4]
    assert bounds == "select min(id), max(id) from (select id as id from hr.work_log) as work_log"
    assert "from sampled as work_log" in shares


def test_where_no_even_sample_can_be_had_all_rows_are_counted_for_the_split_alone():
    large = replace(WORK_LOG, rows=50_000_000)
    database = CountingDatabase({"from hr.work_log) as work_log": QueryTimeoutError("stopped")})
    database.is_even = False
    measured = measure(database, mapping(), mapping().tables[0], survey(large))
    assert measured.untold == ("seeing how evenly id is spread took more than 10 s",)
    assert measured.fullest_shares == {}


def test_a_row_that_an_expression_fails_on_costs_no_other_finding():
    database = CountingDatabase({"count(*)": QueryRefusedError("division by zero")})
    measured = measure(database, mapping(), mapping().tables[0], survey(WORK_LOG))
    assert (measured.uncounted, measured.reading) == ("division by zero", READING)
