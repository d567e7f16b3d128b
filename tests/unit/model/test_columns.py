"""Columns become a matrix whatever they are cut into, NULL where they were NULL."""

import numpy as np
import pyarrow as pa
import pytest

from model.columns import matrix

VALUES = [None if i % 7 == 0 else i + 0.5 for i in range(70)]


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.decimal128(9, 1)])
@pytest.mark.parametrize(("start", "length"), [(0, 70), (3, 20), (8, 1), (13, 0), (21, 49)])
def test_a_slice_keeps_its_values_and_its_nulls(kind: pa.DataType, start: int, length: int):
    table = pa.table({"a": pa.array(VALUES, pa.float64()).cast(kind)}).slice(start, length)
    wanted = np.array([np.nan if value is None else value for value in VALUES[start : start + length]])
    assert np.array_equal(matrix(table, ["a"])[:, 0], wanted, equal_nan=True)


def test_chunks_are_put_together_in_order():
    table = pa.table({"a": pa.chunked_array([VALUES[:11], VALUES[11:12], [], VALUES[12:]], pa.float64())})
    whole = pa.table({"a": pa.array(VALUES, pa.float64())})
    assert np.array_equal(matrix(table, ["a"]), matrix(whole, ["a"]), equal_nan=True)
