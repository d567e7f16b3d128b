"""The line that tells why a step failed, without secrets."""

import pytest

from localcloud.engines.emr.failure import telling_line


@pytest.mark.parametrize(
    ("lines", "telling"),
    [
        (
            [
                "26/01/05 09:00:00 ERROR manager.SqlManager: org.postgresql.util.PSQLException: FATAL: no such role",
                "26/01/05 09:00:01 ERROR tool.ImportTool: Import failed: No columns to generate for ClassWriter",
            ],
            "ERROR manager.SqlManager: org.postgresql.util.PSQLException: FATAL: no such role",
        ),
        (["doing this", "ValueError: bad", "cleaning up"], "ValueError: bad"),
        (["first", "last"], "last"),
        ([], ""),
        (["Error: postgresql://u:secret@db/x refused --password secret"],
         "Error: postgresql://u:****@db/x refused --password ****"),
    ],
)  # fmt: skip
def test_the_telling_line_is_found(lines: list[str], telling: str) -> None:
    assert telling_line(lines) == telling
