"""What Athena refuses is refused here, in Athena's words."""

import pytest

from localcloud.engines.athena.errors import AthenaQueryError
from localcloud.engines.athena.testing import TestLake

NOT_RESOLVED = "cannot be resolved or requester is not authorized to access requested resources"
CASES = [
    ("selec a from t", "line 1:9: mismatched input 'from'"),
    ("select a from from t", "line 1:15: mismatched input 'from'"),
    ("select\n  nope from t", f"COLUMN_NOT_FOUND: line 2:3: Column 'nope' {NOT_RESOLVED}"),
    ("select a as b, b + 1 from t", f"COLUMN_NOT_FOUND: line 1:16: Column 'b' {NOT_RESOLVED}"),
    ("select * from nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.lake.nope' does not exist"),
    ("select * from nodb.t", "Schema 'nodb' does not exist"),
    ("select foo(a) from t", "FUNCTION_NOT_FOUND: line 1:8: Function 'foo' not registered"),
    ("select ifnull(a, 1) from t", "FUNCTION_NOT_FOUND: line 1:8: Function 'ifnull' not registered"),
    ("select kurtosis(x) from t", "NOT_SUPPORTED: line 1:8"),
    ("select a from t where s = 1", "TYPE_MISMATCH: line 1:23: Cannot apply operator: varchar = integer"),
    ("select a from t where dt = '2026-01-01'", "Cannot apply operator: date = varchar"),
    ("select s + 1 from t", "TYPE_MISMATCH"),
    ("select a, count(*) from t", "EXPRESSION_NOT_AGGREGATE: line 1:8: 'a' must be an aggregate expression"),
    ("select a from t t1 join t t2 on t1.a = t2.a", "AMBIGUOUS_NAME: line 1:8: Column 'a' is ambiguous"),
    ("select cast('x' as integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to integer"),
    ("select cast(s as bigint) from t", "INVALID_CAST_ARGUMENT: Cannot cast 'a,b' to bigint"),
    ("select a / (a - a) from t", "DIVISION_BY_ZERO: Division by zero"),
    ("select map(array['a'], array[1])['b']", "Key not present in map: b"),
    ("select array[1][2]", "Array subscript must be less than or equal to array length"),
    ("select array[1, 2][a - a] from t", "SQL array indices start at 1"),
    ("select split_part('a:b', ':', 0)", "Index must be greater than zero"),
    ("select cast('yes' as boolean)", "INVALID_CAST_ARGUMENT: Cannot cast 'yes' to boolean"),
    ("select cast(12345 as varchar(3))", "INVALID_CAST_ARGUMENT: Value 12345 cannot be represented as varchar(3)"),
    ("select date_add('hour', 1, dt) from t", "INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field"),
    ("select date_trunc('minute', dt) from t", "INVALID_FUNCTION_ARGUMENT: 'minute' is not a valid DATE field"),
    ("select sequence(dt, dt, interval '1' month) from t", "NOT_SUPPORTED"),
    ("select regexp_position(s, 'a') from t", "NOT_SUPPORTED"),
    ("select regexp_like(s, 'a(?=b)') from t", "NOT_SUPPORTED"),
]


@pytest.mark.parametrize(("sql", "message"), CASES, ids=[case[0][:60] for case in CASES])
def test_a_statement_that_athena_refuses_is_refused(lake: TestLake, sql: str, message: str) -> None:
    with pytest.raises(AthenaQueryError) as caught:
        lake.query(sql)

    assert message in caught.value.message
