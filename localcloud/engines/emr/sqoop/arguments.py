"""Reads Sqoop 1.4.7's command line exactly: what it knows, what it refuses, what this importer cannot do.

The table lists every option that `sqoop import` of 1.4.7 declares (BaseSqoopTool, ImportTool). An option is
"used" (it changes what happens), "ignored" (it only matters to a JVM or to generated code) or "refused".
"""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote_plus

from localcloud.engines.emr.sqoop.errors import InvalidOptionsError, NotSupportedError

HELP = "\nTry --help for usage instructions."
FLAG, VALUE = False, True

USED: dict[str, bool] = {
    "connect": VALUE, "connection-param-file": VALUE, "driver": VALUE, "username": VALUE, "password": VALUE,
    "password-file": VALUE, "table": VALUE, "columns": VALUE, "split-by": VALUE, "split-limit": VALUE,
    "where": VALUE, "append": FLAG, "delete-target-dir": FLAG, "target-dir": VALUE, "query": VALUE,
    "boundary-query": VALUE, "warehouse-dir": VALUE, "as-textfile": FLAG, "as-avrodatafile": FLAG,
    "num-mappers": VALUE, "compress": FLAG, "compression-codec": VALUE, "fetch-size": VALUE,
    "autoreset-to-one-mapper": FLAG, "fields-terminated-by": VALUE, "lines-terminated-by": VALUE,
    "optionally-enclosed-by": VALUE, "enclosed-by": VALUE, "escaped-by": VALUE, "mysql-delimiters": FLAG,
    "null-string": VALUE, "null-non-string": VALUE, "map-column-java": VALUE, "class-name": VALUE,
    "package-name": VALUE, "help": FLAG, "hive-drop-import-delims": FLAG, "hive-delims-replacement": VALUE,
}  # fmt: skip

IGNORED: dict[str, bool] = {
    "hadoop-mapred-home": VALUE, "hadoop-home": VALUE, "skip-dist-cache": FLAG, "verbose": FLAG,
    "temporary-rootdir": VALUE, "throw-on-error": FLAG, "relaxed-isolation": FLAG,
    "metadata-transaction-isolation-level": VALUE, "oracle-escaping-disabled": VALUE,
    "mapreduce-job-name": VALUE, "inline-lob-limit": VALUE, "outdir": VALUE, "bindir": VALUE,
    "input-null-string": VALUE, "input-null-non-string": VALUE, "escape-mapping-column-names": VALUE,
    "input-fields-terminated-by": VALUE, "input-lines-terminated-by": VALUE, "input-escaped-by": VALUE,
    "input-optionally-enclosed-by": VALUE, "input-enclosed-by": VALUE,
}  # fmt: skip

REFUSED: dict[str, bool] = {
    "connection-manager": VALUE, "P": FLAG, "password-alias": VALUE, "direct": FLAG, "direct-split-size": VALUE,
    "merge-key": VALUE, "as-sequencefile": FLAG, "as-parquetfile": FLAG, "jar-file": VALUE,
    "validate": FLAG, "validator": VALUE, "validation-threshold": VALUE, "validation-failurehandler": VALUE,
    "incremental": VALUE, "check-column": VALUE, "last-value": VALUE,
    "hive-import": FLAG, "hive-home": VALUE, "hive-overwrite": FLAG, "create-hive-table": FLAG,
    "hive-table": VALUE, "hive-database": VALUE, "hive-partition-key": VALUE, "hive-partition-value": VALUE,
    "external-table-dir": VALUE, "map-column-hive": VALUE,
    "hcatalog-table": VALUE, "hcatalog-database": VALUE, "hcatalog-home": VALUE,
    "hcatalog-partition-keys": VALUE, "hcatalog-partition-values": VALUE, "create-hcatalog-table": FLAG,
    "drop-and-create-hcatalog-table": FLAG, "hcatalog-storage-stanza": VALUE,
    "hbase-table": VALUE, "column-family": VALUE, "hbase-row-key": VALUE, "hbase-bulkload": FLAG,
    "hbase-create-table": FLAG, "accumulo-table": VALUE, "accumulo-column-family": VALUE,
    "accumulo-row-key": VALUE, "accumulo-visibility": VALUE, "accumulo-create-table": FLAG,
    "accumulo-batch-size": VALUE, "accumulo-max-latency": VALUE, "accumulo-zookeepers": VALUE,
    "accumulo-instance": VALUE, "accumulo-user": VALUE, "accumulo-password": VALUE,
}  # fmt: skip

KNOWN = USED | IGNORED | REFUSED
SHORT = {"m": "num-mappers", "e": "query", "z": "compress", "P": "P"}
INSTEAD = {
    "incremental": "Give the window inside --query instead.",
    "check-column": "Give the window inside --query instead.",
    "last-value": "Give the window inside --query instead.",
    "as-parquetfile": "Use --as-avrodatafile.",
    "as-sequencefile": "Use --as-avrodatafile.",
    "password-alias": "Use --password-file.",
    "P": "Use --password-file.",
}
HADOOP_GENERIC = ("-conf", "-fs", "-jt", "-files", "-libjars", "-archives")


@dataclass(frozen=True)
class Delimiters:
    """How a text file is written; None means that the character is not used."""

    field: str = ","
    record: str = "\n"
    enclosed_by: str | None = None
    escaped_by: str | None = None
    enclosed_always: bool = False


@dataclass(frozen=True)
class ImportOptions:
    """One import, as its arguments describe it."""

    connect: str
    driver: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: str | None = None
    connection_param_file: str | None = None
    table: str | None = None
    columns: tuple[str, ...] | None = None
    where: str | None = None
    query: str | None = None
    boundary_query: str | None = None
    split_by: str | None = None
    split_limit: int | None = None
    num_mappers: int = 4
    autoreset_to_one_mapper: bool = False
    target_dir: str | None = None
    warehouse_dir: str | None = None
    append: bool = False
    delete_target_dir: bool = False
    avro: bool = False
    compress: bool = False
    compression_codec: str | None = None
    map_column_java: tuple[tuple[str, str], ...] = ()
    class_name: str | None = None
    package_name: str | None = None
    fetch_size: int | None = None
    null_string: str = "null"
    null_non_string: str = "null"
    delimiters: Delimiters = Delimiters()
    hive_delimiters_replacement: str | None = None
    properties: tuple[tuple[str, str], ...] = ()

    def property(self, name: str) -> str | None:
        return dict(self.properties).get(name)


@dataclass(frozen=True)
class ParsedLine:
    """Options by long name, Hadoop properties, and what was not recognized."""

    values: dict[str, str | None]
    properties: tuple[tuple[str, str], ...]
    unrecognized: tuple[str, ...]


def expand_options_files(argv: Sequence[str], read: Callable[[str], str]) -> list[str]:
    """Replaces `--options-file F` by the arguments that F holds: one per line, `#` comments, quotes, `\\`."""
    expanded: list[str] = []
    rest = iter(argv)
    for argument in rest:
        if argument != "--options-file":
            expanded.append(argument)
            continue
        name = next(rest, None)
        if name is None:
            raise InvalidOptionsError("Missing options file")
        expanded.extend(_options_of(read(name)))
    return expanded


def _options_of(text: str) -> list[str]:
    options: list[str] = []
    held = ""
    for raw in text.splitlines():
        line = held + raw.strip()
        held = ""
        if not line or line.startswith("#"):
            continue
        if line.endswith("\\"):
            held = line[:-1]
            continue
        if line[0] in "\"'" and line[-1] == line[0] and len(line) > 1:
            line = line[1:-1]
        options.append(line)
    if held:
        raise InvalidOptionsError("Malformed option in options file: no characters may follow the last \\")
    return options


def parse_line(argv: Sequence[str]) -> ParsedLine:
    """Splits a command line as Sqoop's parser does; parsing stops at the first word it does not know."""
    values: dict[str, str | None] = {}
    properties: list[tuple[str, str]] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        if word.startswith("-D"):
            text = word[2:] or (words.pop(0) if words else "")
            name, _, value = text.partition("=")
            properties.append((name, value))
            continue
        if word in HADOOP_GENERIC:
            raise NotSupportedError(f"The Hadoop option {word}")
        option, attached = _option_name(word)
        if option is None:
            return ParsedLine(values, tuple(properties), (word, *words))
        name = option
        if name in REFUSED:
            raise NotSupportedError(f"--{name}" if name != "P" else "-P", INSTEAD.get(name, ""))
        if not KNOWN[name]:
            values[name] = None
        elif attached is not None or words:
            values[name] = unquoted(words.pop(0) if attached is None else attached)
        else:
            raise InvalidOptionsError(f"Missing argument for option: {name}")
    return ParsedLine(values, tuple(properties), ())


def unquoted(value: str) -> str:
    """What commons-cli 1.5 leaves of an option's value: not the quotes around it, unless there are more inside."""
    inner = value[1:-1]
    return inner if len(value) > 1 and value == f'"{inner}"' and '"' not in inner else value


def _option_name(word: str) -> tuple[str | None, str | None]:
    """The long name behind a word, and the value attached to it (`--m=4`, `-m4`)."""
    if not word.startswith("-") or word in ("-", "--"):
        return None, None
    name, equals, attached = word.lstrip("-").partition("=")
    value = attached if equals else None
    if name in SHORT:
        return SHORT[name], value
    if name in KNOWN and len(name) > 1:
        return name, value
    if not word.startswith("--") and name[:1] in ("m", "e") and len(name) > 1 and not equals:
        return (SHORT[name[0]], name[1:]) if name[0] != "m" or name[1:].isdigit() else (None, None)
    return None, None


def to_options(line: ParsedLine) -> ImportOptions:
    """Checks the options as ImportTool.validateOptions does and answers the import they describe."""
    given = line.values
    mapping = _column_mapping(given.get("map-column-java"))
    try:
        mappers = int(given.get("num-mappers") or 4)
        split_limit = int(given["split-limit"] or "") if "split-limit" in given else None
        fetch_size = int(given["fetch-size"] or "") if "fetch-size" in given else None
    except ValueError:
        raise InvalidOptionsError("Error: expected numeric argument.\nTry --help for usage.") from None
    columns = given.get("columns")
    options = ImportOptions(
        connect=given.get("connect") or "",
        driver=given.get("driver"),
        username=given.get("username"),
        password=given.get("password"),
        password_file=given.get("password-file"),
        connection_param_file=given.get("connection-param-file"),
        table=given.get("table"),
        columns=tuple(c.strip() for c in columns.split(",")) if columns else None,
        where=given.get("where"),
        query=given.get("query"),
        boundary_query=given.get("boundary-query"),
        split_by=given.get("split-by"),
        split_limit=split_limit,
        num_mappers=mappers,
        autoreset_to_one_mapper="autoreset-to-one-mapper" in given,
        target_dir=given.get("target-dir"),
        warehouse_dir=given.get("warehouse-dir"),
        append="append" in given,
        delete_target_dir="delete-target-dir" in given,
        avro="as-avrodatafile" in given,
        compress="compress" in given,
        compression_codec=given.get("compression-codec"),
        map_column_java=mapping,
        class_name=given.get("class-name"),
        package_name=given.get("package-name"),
        fetch_size=fetch_size,
        null_string=given.get("null-string") or "null",
        null_non_string=given.get("null-non-string") or "null",
        delimiters=_delimiters(given),
        hive_delimiters_replacement=_hive_replacement(given),
        properties=line.properties,
    )
    if "null-string" in given:
        options = replace(options, null_string=_unescape(given["null-string"] or ""))
    if "null-non-string" in given:
        options = replace(options, null_non_string=_unescape(given["null-non-string"] or ""))
    _validate(options)
    return options


def _validate(options: ImportOptions) -> None:
    rules = (
        (options.table is None and options.query is None,
         "--table or --query is required for import. (Or use sqoop import-all-tables.)" + HELP),
        (options.target_dir is not None and options.warehouse_dir is not None,
         "--target-dir with --warehouse-dir are incompatible options." + HELP),
        (options.table is not None and options.query is not None,
         "Cannot specify --query and --table together." + HELP),
        (options.query is not None and options.target_dir is None,
         "Must specify destination with --target-dir. " + HELP),
        (options.query is not None and options.num_mappers > 1 and options.split_by is None,
         "When importing query results in parallel, you must specify --split-by." + HELP),
        (options.delete_target_dir and options.append,
         "--append and --delete-target-dir can not be used together."),
        (options.autoreset_to_one_mapper and options.split_by is not None,
         "--autoreset-to-one-mapper and --split-by cannot be used together."),
        (not options.connect, "Error: Required argument --connect is missing." + HELP),
        (options.class_name is not None and options.package_name is not None,
         "--class-name overrides --package-name. You cannot use both." + HELP),
    )  # fmt: skip
    for broken, message in rules:
        if broken:
            raise InvalidOptionsError(message)


def _column_mapping(text: str | None) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in (text or "").split(","):
        if not item:
            continue
        name, equals, java_type = item.partition("=")
        if not equals:
            raise InvalidOptionsError("Malformed mapping.  Column mapping should be the form key=value[,key=value]*")
        pairs.append((unquote_plus(name), unquote_plus(java_type)))
    return tuple(pairs)


def _delimiters(given: dict[str, str | None]) -> Delimiters:
    if "mysql-delimiters" in given:
        return Delimiters(",", "\n", "'", "\\", False)
    found = Delimiters()
    if "fields-terminated-by" in given:
        found = replace(found, field=_character(given["fields-terminated-by"] or ""))
    if "lines-terminated-by" in given:
        found = replace(found, record=_character(given["lines-terminated-by"] or ""))
    if "escaped-by" in given:
        found = replace(found, escaped_by=_character(given["escaped-by"] or ""))
    if "optionally-enclosed-by" in given:
        found = replace(found, enclosed_by=_character(given["optionally-enclosed-by"] or ""))
    if "enclosed-by" in given:
        found = replace(found, enclosed_by=_character(given["enclosed-by"] or ""), enclosed_always=True)
    return found


def _hive_replacement(given: dict[str, str | None]) -> str | None:
    if "hive-drop-import-delims" in given and "hive-delims-replacement" in given:
        raise InvalidOptionsError(
            "The hive-drop-import-delims option conflicts with the hive-delims-replacement option." + HELP
        )
    return "" if "hive-drop-import-delims" in given else given.get("hive-delims-replacement")


def _character(text: str) -> str:
    """Sqoop's notation of one character: itself, `\\n`, `\\t`, `\\0`, `\\0ooo` or `\\0xhh`."""
    escapes = {"\\b": "\b", "\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\'": "'", "\\\\": "\\"}
    if text in escapes:
        return escapes[text]
    if text.startswith("\\0x") or text.startswith("\\0X"):
        return chr(int(text[3:], 16))
    if text == "\\0":
        return "\0"
    if text.startswith("\\0"):
        return chr(int(text[2:], 8))
    if not text:
        raise InvalidOptionsError(f"Unrecognized escape sequence: {shlex.quote(text)}")
    return text[0]


def _unescape(text: str) -> str:
    """A null string is put into a Java literal, so `\\\\N` on the command line is `\\N` in the file."""
    return text.replace("\\\\", "\\")
