"""The `sqoop` program of a node."""

import sys
from collections.abc import Sequence
from pathlib import Path

from localcloud.engines.emr import filesystem
from localcloud.engines.emr.sqoop import log
from localcloud.engines.emr.sqoop.arguments import ImportOptions, expand_options_files, parse_line, to_options
from localcloud.engines.emr.sqoop.database import database_of
from localcloud.engines.emr.sqoop.errors import (
    DatabaseError,
    ImportFailedError,
    InvalidOptionsError,
    NotSupportedError,
)
from localcloud.engines.emr.sqoop.job import run_import

OTHER_TOOLS = frozenset(
    [
        "codegen",
        "create-hive-table",
        "eval",
        "export",
        "import-all-tables",
        "import-mainframe",
        "job",
        "list-databases",
        "list-tables",
        "merge",
        "metastore",
    ]
)


def main(argv: Sequence[str]) -> int:
    """Runs `sqoop TOOL ARGUMENTS` and answers the exit code."""
    log.info("sqoop.Sqoop", "Running Sqoop version: 1.4.7")
    try:
        words = expand_options_files(argv, lambda name: Path(name).read_text())
        return _run_tool(words)
    except InvalidOptionsError as error:
        sys.stderr.write(f"{error}\n")
    except NotSupportedError as error:
        log.error("tool.ImportTool", str(error))
    except DatabaseError as error:
        log.error("tool.ImportTool", f"Import failed: java.io.IOException: {error}")
    except ImportFailedError as error:
        log.error("tool.ImportTool", f"Import failed: {error.java_class}: {error}")
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        log.error("tool.ImportTool", f"Import failed: java.io.IOException: {error.strerror or error}{where}")
    except (filesystem.UnknownFileSystemError, filesystem.PathOutsideError) as error:
        log.error("tool.ImportTool", f"Import failed: java.io.IOException: {error}")
    return 1


def _run_tool(words: list[str]) -> int:
    tool = words[0] if words else "help"
    if tool == "version":
        sys.stdout.write("Sqoop 1.4.7\n")
        return 0
    if tool == "help":
        sys.stdout.write("usage: sqoop COMMAND [ARGS]\n\nAvailable commands:\n  import  Import to HDFS\n")
        return 0
    if tool in OTHER_TOOLS:
        raise NotSupportedError(f"sqoop {tool}")
    if tool != "import":
        sys.stderr.write(f"No such sqoop tool: {tool}. See 'sqoop help'.\n")
        return 1
    line = parse_line(words[1:])
    if line.unrecognized:
        log.error("tool.BaseSqoopTool", "Error parsing arguments for import:")
        for word in line.unrecognized:
            log.error("tool.BaseSqoopTool", f"Unrecognized argument: {word}")
        raise InvalidOptionsError("\nTry --help for usage instructions.")
    options = to_options(line)
    run_import(options, database_of(options, _password(options), _extra(options)))
    return 0


def _password(options: ImportOptions) -> str | None:
    if options.password is not None:
        log.warn("tool.BaseSqoopTool",
                 "Setting your password on the command-line is insecure. Consider using -P instead.")  # fmt: skip
        return options.password
    if options.password_file is None:
        return None
    path = filesystem.local_path(options.password_file)
    if not path.exists():
        raise ImportFailedError(
            f"The provided password file {options.password_file} does not exist!", "java.io.IOException"
        )
    if not path.is_file():
        raise ImportFailedError(f"The provided password file {options.password_file} is a directory!",
                                "java.io.IOException")  # fmt: skip
    return path.read_text()


def _extra(options: ImportOptions) -> dict[str, str]:
    """The properties of --connection-param-file."""
    if options.connection_param_file is None:
        return {}
    lines = (line.strip() for line in Path(options.connection_param_file).read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith(("#", "!")))
    return {name.strip(): value.strip() for name, _, value in pairs}
