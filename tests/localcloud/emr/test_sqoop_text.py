"""Fields of delimited text as Sqoop's FieldFormatter writes them."""

import pytest

from localcloud.engines.emr.sqoop.arguments import Delimiters
from localcloud.engines.emr.sqoop.text import format_field


@pytest.mark.parametrize(
    ("text", "delimiters", "written"),
    [
        ("a,b", Delimiters(), "a,b"),
        ("a,b", Delimiters(enclosed_by='"'), '"a,b"'),
        ("a\nb", Delimiters(enclosed_by='"'), '"a\nb"'),
        ('a"b', Delimiters(enclosed_by='"'), 'a"b'),
        ('a"b', Delimiters(enclosed_by='"', escaped_by="\\"), 'a\\"b'),
        ("ab", Delimiters(enclosed_by='"', enclosed_always=True), '"ab"'),
        ("a,b\\", Delimiters(escaped_by="\\"), "a\\,b\\\\"),
    ],
)
def test_only_a_delimiter_in_a_field_makes_sqoop_enclose_it(text: str, delimiters: Delimiters, written: str) -> None:
    assert format_field(text, delimiters) == written
