"""A cursor over the words of a statement, for the parts of SQL that are Hive's and not Trino's."""

import re
from dataclasses import dataclass

from localcloud.engines.athena.errors import SyntaxQueryError, at

_WORD = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*")
      | (?P<quoted>`(?:[^`]|``)*`)
      | (?P<word>[A-Za-z_@$\d][\w@$\-.]*(?<![.\-]))
      | (?P<symbol><=|>=|<>|!=|.)""",
    re.X | re.S,
)


@dataclass(frozen=True)
class Word:
    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text


class Words:
    """Takes a statement word by word; what is not expected is a SyntaxQueryError at its place."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._words = [
            Word(str(m.lastgroup), m[0], m.start(), m.end()) for m in _WORD.finditer(sql) if m.lastgroup != "space"
        ]
        while self._words and self._words[-1].text == ";":
            self._words.pop()
        self._index = 0

    @property
    def current(self) -> Word | None:
        return self._words[self._index] if self._index < len(self._words) else None

    @property
    def done(self) -> bool:
        return self.current is None

    def peek(self, *texts: str) -> bool:
        """Whether the next words are these."""
        following = self._words[self._index : self._index + len(texts)]
        return len(following) == len(texts) and all(w.upper == t for w, t in zip(following, texts, strict=False))

    def take(self, *texts: str) -> bool:
        """Steps over these words if they come next."""
        if self.peek(*texts):
            self._index += len(texts)
            return True
        return False

    def expect(self, *texts: str) -> None:
        for text in texts:
            if not self.take(text):
                raise self.error(f"Expecting: '{text}'")

    def name(self) -> str:
        """An identifier, bare or quoted, in lower case."""
        word = self.current
        if word is None or word.kind == "symbol" or (word.kind == "string" and word.text[0] == "'"):
            raise self.error("Expecting: <identifier>")
        self._index += 1
        if word.kind == "string":
            return word.text[1:-1].lower()
        return (word.text[1:-1].replace("``", "`") if word.kind == "quoted" else word.text).lower()

    def qualified(self) -> tuple[str | None, str]:
        """(database or None, name); a bare `db.name` is one word."""
        first = self.name() if not self._bare() else self._next().text.lower()
        parts = first.split(".") if "." in first and self._previous().kind == "word" else [first]
        while self.take("."):
            parts.append(self.name())
        if len(parts) == 3 and parts[0] == "awsdatacatalog":
            parts = parts[1:]
        if len(parts) > 2:
            raise self.error("Expecting: <name> or <database>.<name>")
        return (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])

    def string(self) -> str:
        word = self.current
        if word is None or word.kind != "string":
            raise self.error("Expecting: <string>")
        self._index += 1
        body = word.text[1:-1].replace("''", "'") if word.text[0] == "'" else word.text[1:-1]
        return re.sub(r"\\(u[0-9a-fA-F]{4}|[0-7]{3}|.)", _unescaped, body, flags=re.S)

    def until_matching(self) -> str:
        """The text up to the parenthesis that closes the one just taken; steps over it."""
        depth, start = 1, self._words[self._index].start if self.current else len(self.sql)
        while (word := self.current) is not None:
            depth += word.text == "("
            depth -= word.text == ")"
            self._index += 1
            if not depth:
                return self.sql[start : word.start]
        raise self.error("Expecting: ')'")

    def rest(self) -> str:
        """All that follows, as it was written."""
        return self.sql[self.current.start :] if self.current else ""

    def rest_in_place(self) -> str:
        """All that follows, with what came before blanked out, so that lines and columns stay."""
        start = self.current.start if self.current else len(self.sql)
        return re.sub(r"[^\n]", " ", self.sql[:start]) + self.sql[start:]

    def error(self, expecting: str) -> SyntaxQueryError:
        word = self.current
        start = word.start if word else len(self.sql)
        before = self.sql[:start]
        column = len(before) - (before.rfind("\n") + 1) + 1
        text = word.text if word else "<EOF>"
        return SyntaxQueryError(at(before.count("\n") + 1, column, f"mismatched input '{text}'. {expecting}"))

    def end(self) -> None:
        if not self.done:
            raise self.error("Expecting: <EOF>")

    def _bare(self) -> bool:
        return self.current is not None and self.current.kind == "word"

    def _next(self) -> Word:
        word = self._words[self._index]
        self._index += 1
        return word

    def _previous(self) -> Word:
        return self._words[self._index - 1]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "u" and len(code) == 5:
        return chr(int(code[1:], 16))
    if len(code) == 3 and code.isdigit():
        return chr(int(code, 8))
    return {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(code, code if code in "\\'\"`" else "\\" + code)
