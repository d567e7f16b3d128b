"""The command line is Sqoop 1.4.7's: known, refused by name, or unrecognized."""

import pytest

from localcloud.engines.emr.sqoop import arguments
from localcloud.engines.emr.sqoop.arguments import ImportOptions, expand_options_files, parse_line, to_options
from localcloud.engines.emr.sqoop.errors import InvalidOptionsError, NotSupportedError

BASE = ["--connect", "jdbc:postgresql://db/x", "--query", "select 1 where $CONDITIONS", "--target-dir", "/t", "-m", "1"]


def options(*words: str) -> ImportOptions:
    return to_options(parse_line([*BASE, *words]))


def test_every_option_of_sqoop_is_known_once() -> None:
    tables = (arguments.USED, arguments.IGNORED, arguments.REFUSED)
    assert sum(map(len, tables)) == len(arguments.KNOWN)


@pytest.mark.parametrize("words", [["-m", "3"], ["-m3"], ["--num-mappers", "3"], ["--num-mappers=3"], ["-m=3"]])
def test_the_number_of_mappers_can_be_said_in_every_way(words: list[str]) -> None:
    assert options("--split-by", "id", *words).num_mappers == 3


@pytest.mark.parametrize(
    ("given", "left"),
    [('"Id"', "Id"), ('"a" + "b"', '"a" + "b"'), ('coalesce("Id", 0)', 'coalesce("Id", 0)'), ('"', '"')],
)
def test_quotes_around_an_argument_are_taken_away_as_commons_cli_does(given: str, left: str) -> None:
    assert options("--split-by", given).split_by == left


def test_hadoop_properties_come_in_both_forms() -> None:
    found = parse_line(["-Dmapreduce.job.name=a b", "-D", "x=y=z", *BASE])
    assert found.properties == (("mapreduce.job.name", "a b"), ("x", "y=z"))


def test_what_sqoop_does_not_know_ends_the_parsing() -> None:
    found = parse_line([*BASE, "--frobnicate", "7", "--append"])
    assert found.unrecognized == ("--frobnicate", "7", "--append")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["--hive-import"], "--hive-import"),
        (["--incremental", "append"], "--incremental"),
        (["--as-parquetfile"], "--as-parquetfile"),
        (["--direct"], "--direct"),
        (["-P"], "-P"),
    ],
)
def test_what_sqoop_knows_and_we_cannot_is_refused_by_name(words: list[str], name: str) -> None:
    with pytest.raises(NotSupportedError, match=f"^{name} is not supported on this cluster"):
        parse_line([*BASE, *words])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--connect", "x"], "--table or --query is required for import"),
        (["--table", "t"], "Required argument --connect is missing"),
        ([*BASE, "--table", "t"], "Cannot specify --query and --table together"),
        ([*BASE[:4]], "Must specify destination with --target-dir"),
        ([*BASE[:6]], "you must specify --split-by"),
        ([*BASE, "--append", "--delete-target-dir"], "--append and --delete-target-dir can not be used together"),
        ([*BASE, "--num-mappers", "many"], "Error: expected numeric argument"),
        ([*BASE, "--where"], "Missing argument for option: where"),
    ],
)
def test_contradictions_get_sqoops_own_sentences(words: list[str], sentence: str) -> None:
    with pytest.raises(InvalidOptionsError, match=sentence):
        to_options(parse_line(words))


def test_a_password_is_not_in_the_representation_of_the_options() -> None:
    assert "hunter2" not in repr(options("--password", "hunter2"))


def test_an_options_file_holds_one_argument_a_line() -> None:
    text = '# how to connect\nimport\n--connect\njdbc:postgresql://db/x\n\n--query\n"select \\\n1"\n'
    assert expand_options_files(["--options-file", "f", "-m", "1"], lambda _: text) == [
        "import", "--connect", "jdbc:postgresql://db/x", "--query", "select 1", "-m", "1",
    ]  # fmt: skip


def test_delimiters_are_written_as_sqoop_reads_them() -> None:
    found = options("--fields-terminated-by", "\\t", "--escaped-by", "\\\\", "--enclosed-by", '"').delimiters
    assert (found.field, found.escaped_by, found.enclosed_by, found.enclosed_always) == ("\t", "\\", '"', True)
    assert options("--fields-terminated-by", "\\001").delimiters.field == "\x01"
