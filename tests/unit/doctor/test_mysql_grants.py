"""SHOW GRANTS says what a user may change."""

from doctor.mysql_grants import parse_grants, powers_of, writes_to

LINES = [
    "GRANT USAGE ON *.* TO `reader`@`%` IDENTIFIED BY PASSWORD '*AB'",
    "GRANT SELECT ON `time\\_sheets`.* TO `reader`@`%`",
    "GRANT SELECT, INSERT (a, b), UPDATE ON `time_sheets`.`odd ``one` TO `reader`@`%`",
    "GRANT DELETE ON `hr%`.* TO `reader`@`%`",
    "GRANT `some role` TO `reader`@`%`",
    "GRANT PROXY ON ''@'' TO 'reader'@'%' WITH GRANT OPTION",
]


def test_a_reader_may_write_nothing():
    assert writes_to(parse_grants(LINES[:2]), "time_sheets", "entry") == ()


def test_grants_on_one_table_and_on_some_columns_count():
    grants = parse_grants(LINES)
    assert writes_to(grants, "time_sheets", "odd `one") == ("INSERT", "UPDATE")
    assert writes_to(grants, "time_sheets", "entry") == ()


def test_wildcards_in_a_schema_are_wildcards_unless_they_are_escaped():
    grants = parse_grants(LINES)
    assert writes_to(grants, "hr_2026", "entry") == ("DELETE",)
    assert parse_grants(LINES[1:2])[0].covers("time_sheets", "entry")
    assert not parse_grants(LINES[1:2])[0].covers("timeXsheets", "entry")


def test_all_privileges_are_every_way_to_write():
    grants = parse_grants(["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"])
    assert writes_to(grants, "any", "table") == ("INSERT", "UPDATE", "DELETE", "DROP", "ALTER")
    assert powers_of(grants) == ("ALL PRIVILEGES",)


def test_dynamic_privileges_of_mysql_8_are_no_writes():
    grants = parse_grants(
        ["GRANT SELECT, PROCESS ON *.* TO `r`@`%`", "GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `r`@`%`"]
    )
    assert writes_to(grants, "any", "table") == ()
    assert powers_of(grants) == ()
