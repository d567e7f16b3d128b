"""Which mapping a database is examined with."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from hourglass.errors import SourceMappingError
from hourglass.sources import Source, load_source, read_source

from doctor.address import Address
from doctor.errors import MappingError
from doctor.facts import Survey
from doctor.mapped import physical_tables

DIALECTS = {"postgresql": "postgresql", "mariadb": "mysql", "mysql": "mysql"}
CANONICAL = "timekeeping"


def read_mapping(name: str, address: Address) -> Source:
    """A mapping by its file, or by the name of a file under `sources/`.

    Raises:
        MappingError: there is none, or it cannot be used for this database.
    """
    file, dialect = Path(name), DIALECTS[address.system]
    try:
        if file.suffix in (".yaml", ".yml"):
            return read_source(file.read_text(encoding="utf-8"), dialect)
        return load_source(name, dialect)
    except SourceMappingError as error:
        raise MappingError(f"The mapping {name} cannot be used: {error}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {name} cannot be read: {error}.") from error
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise MappingError(f"The mapping {name} is no mapping: {' '.join(str(error).split())}.") from error


def known_mappings() -> list[str]:
    """The names of the files under `sources/`, the canonical one first."""
    names = sorted(Path(file.name).stem for file in (files("hourglass") / "sources").iterdir())
    return sorted(names, key=lambda name: name != CANONICAL)


def fitting_mapping(survey: Survey, address: Address, names: Sequence[str]) -> str | None:
    """The first mapping whose tables are here: all of them, or most of those of a schema that is here."""
    for name in names:
        try:
            source = load_source(name, DIALECTS[address.system])
        except SourceMappingError:  # written for another kind of database
            continue
        if source.schema is not None and any(table.schema == source.schema for table in survey.tables):
            return name
        here = [table for table in source.tables if physical_tables(source, table, survey)]
        if 2 * len(here) > len(source.tables):
            return name
    return None
