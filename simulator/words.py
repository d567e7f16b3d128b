"""Synthetic names, addresses and descriptions: personal data that is nobody's, to prove that it stays at home."""

import numpy as np
import polars as pl

from simulator.randomness import Ints, Stream, mix, stream

FIRST = ("Ada", "Bela", "Caro", "Dario", "Elin", "Faro", "Gita", "Hanno", "Ines", "Joris", "Kaja", "Lior", "Mina",
         "Nilo", "Oda", "Pavel", "Quin", "Rosa", "Sami", "Tove", "Uma", "Viggo", "Wanda", "Yara", "Zoë")  # fmt: skip
STEMS = ("Al", "Bren", "Cor", "Dal", "Er", "Fen", "Gor", "Hol", "Ist", "Jar", "Kel", "Lund", "Mar", "Nor")
ENDS = (
    "bach",
    "dahl",
    "etti",
    "feld",
    "gaard",
    "hurst",
    "ini",
    "kov",
    "mann",
    "ova",
    "quist",
    "sen",
    "tani",
    "well",
)
VERBS = (
    "Prepared",
    "Reviewed",
    "Drafted",
    "Tested",
    "Discussed",
    "Updated",
    "Analysed",
    "Presented",
    "Fixed",
    "Planned",
)
THINGS = ("control matrix", "migration plan", "data model", "month-end close", "risk register", "test cases",
          "interface, part 2", "dashboard", '"as is" process', "steering paper", "invoice sample")  # fmt: skip
ADDITIONS = (
    "",
    " for the client",
    " with the team",
    "; see ticket",
    ", second round",
    " (remote)",
    " on site",
)
CLIENT_KINDS = (
    "Holdings",
    "Logistics",
    "Energy",
    "Retail",
    "Bank",
    "Insurance",
    "Foods",
    "Telecom",
    "Works",
    "Health",
)
PROJECT_KINDS = (
    "Rollout",
    "Audit",
    "Transformation",
    "Platform",
    "Assessment",
    "Support",
    "Carve-out",
    "Redesign",
)


def full_names(employee_id: Ints) -> pl.Series:
    key = mix(employee_id)
    first = pl.Series(FIRST).gather(key % len(FIRST))
    last = _compound(STEMS, ENDS).gather(key // 31 % (len(STEMS) * len(ENDS)))
    return first + " " + last


def emails(names: pl.Series, employee_id: Ints) -> pl.Series:
    """Unique, in a domain that cannot exist."""
    frame = pl.DataFrame({"name": names, "id": employee_id})
    local = pl.col("name").str.to_lowercase().str.replace_all("ë", "e").str.replace(" ", ".")
    return frame.select(local + pl.format(".{}@consulting.example", pl.col("id"))).to_series()


def client_names(client_id: Ints) -> pl.Series:
    key = mix(client_id, np.array(5))
    stem = _compound(STEMS, ENDS).gather(key % (len(STEMS) * len(ENDS)))
    return stem + " " + pl.Series(CLIENT_KINDS).gather(key // 997 % len(CLIENT_KINDS))


def project_names(project_id: Ints) -> pl.Series:
    kind = pl.Series(PROJECT_KINDS).gather(mix(project_id, np.array(9)) % len(PROJECT_KINDS))
    return kind + " " + pl.Series(project_id).cast(pl.String)


def descriptions(seed: int, week: int, names: pl.Series, person: Ints) -> pl.Series:
    """What people write beside their hours: often nothing, sometimes a colleague's name."""
    rng = stream(seed, Stream.WORDS, week)
    vocabulary = _compound(_compound(VERBS, THINGS, " "), ADDITIONS)
    said = rng.random(len(person)) < 0.65
    text = vocabulary.gather(pl.Series(rng.integers(0, len(vocabulary), len(person))))
    calls = "Call with " + names.gather(rng.permutation(person))
    named = rng.random(len(person)) < 0.03
    frame = pl.DataFrame({"said": said, "named": named, "text": text, "calls": calls})
    return frame.select(pl.when("said").then(pl.when("named").then("calls").otherwise("text"))).to_series()


def _compound(first: "tuple[str, ...] | pl.Series", second: tuple[str, ...], joint: str = "") -> pl.Series:
    return pl.Series([left + joint + right for left in first for right in second])
