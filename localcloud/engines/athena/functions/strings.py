"""Trino's string, regular expression and hashing functions in DuckDB."""

import re

from sqlglot import exp

from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.functions.base import (
    Call,
    Function,
    Types,
    cast,
    fn,
    literal_text,
    number,
    renamed,
    text,
    when,
    written,
)
from localcloud.engines.athena.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    VARBINARY,
    VARCHAR,
    DataType,
    Kind,
    array,
    element_of,
    kind,
)


def _concat_type(types: Types) -> DataType:
    for item in types:
        if kind(item) == Kind.ARRAY:
            return item
    return VARCHAR


def _concat(call: Call) -> exp.Expr:
    args = [cast(arg, VARCHAR) if isinstance(arg, exp.Null) else arg for arg in call.args]
    result = args[0]
    for arg in args[1:]:
        result = exp.DPipe(this=result, expression=arg)
    return exp.Paren(this=result)


def _concat_ws(call: Call) -> exp.Expr:
    if len(call.args) == 2 and kind(call.types[1]) == Kind.ARRAY:
        return fn("array_to_string", call.args[1], call.args[0])
    return fn("concat_ws", *call.args)


def _substr(call: Call) -> exp.Expr:
    start = call.args[1]
    if isinstance(start, exp.Literal) and int(start.this) > 0:
        return fn("substring", *call.args)
    return fn(f"athena_substr{len(call.args)}", *call.args)


def _split_part(call: Call) -> exp.Expr:
    value, delimiter, index = call.args
    part = fn("list_extract", fn("string_split", value, delimiter), cast(index, BIGINT))
    if isinstance(index, exp.Literal) and int(index.this) > 0:
        return part
    below = exp.LT(this=index.copy(), expression=number(1))
    return when(below, fn("error", text("INVALID_FUNCTION_ARGUMENT: Index must be greater than zero")), part)


def _split(call: Call) -> exp.Expr:
    if len(call.args) == 3:
        raise NotSupportedError("split with a limit is not supported")
    return fn("string_split", *call.args)


def pattern(value: exp.Expr) -> exp.Expr:
    """A Java regular expression as RE2 reads it; what RE2 lacks is refused."""
    literal = literal_text(value)
    if literal is not None and re.search(r"\(\?(?:[=!>]|<[=!])|(?<!\\)[*+?}]\+|\\[1-9]", literal):
        raise NotSupportedError(
            f"the regular expression {literal!r} uses look-around, possessive quantifiers or back references"
        )
    return value


def _regexp_like(call: Call) -> exp.Expr:
    return fn("regexp_matches", call.args[0], pattern(call.args[1]))


def _regexp_extract(call: Call) -> exp.Expr:
    value, expression = call.args[0], pattern(call.args[1])
    group = call.args[2] if len(call.args) == 3 else number(0)
    found = fn("regexp_extract", value, expression, group)
    return when(fn("regexp_matches", value.copy(), expression.copy()), found)


def _regexp_extract_all(call: Call) -> exp.Expr:
    group = call.args[2] if len(call.args) == 3 else number(0)
    return fn("regexp_extract_all", call.args[0], pattern(call.args[1]), group)


def _regexp_replace(call: Call) -> exp.Expr:
    replacement = call.args[2] if len(call.args) == 3 else text("")
    literal = literal_text(replacement)
    if literal is None:
        raise NotSupportedError("regexp_replace needs a constant replacement")
    if re.search(r"\$\{|\$\d\d", literal):
        raise NotSupportedError("regexp_replace supports the groups $0 to $9")
    converted = re.sub(r"\\(.)|\$(\d)", lambda m: "\\" + m[2] if m[2] else m[1], literal)
    return fn("regexp_replace", call.args[0], pattern(call.args[1]), text(converted), text("g"))


def _format(call: Call) -> exp.Expr:
    template = literal_text(call.args[0])
    if template is None or re.search(r"%(?![%sd]|\.\d+f|0?\d+d|\.\d+e)", template):
        raise NotSupportedError("format() supports %s, %d, %05d and %.2f in a constant template")
    args = list(call.args[1:])
    for index, spec in enumerate(re.findall(r"%(?:s|\.\d+f|0?\d*d|\.\d+e)", template.replace("%%", ""))):
        if index < len(args) and spec == "%s":
            args[index] = cast(args[index], VARCHAR)
    return fn("printf", call.args[0], *args)


def _hash(name: str) -> Function:
    return written(lambda call: fn("unhex", fn(name, call.args[0])), VARBINARY)


def _starts_with(call: Call) -> exp.Expr:
    return fn("starts_with", *call.args)


def _reverse(call: Call) -> exp.Expr:
    return fn("list_reverse" if kind(call.types[0]) == Kind.ARRAY else "reverse", *call.args)


def _strpos(call: Call) -> exp.Expr:
    if len(call.args) == 3:
        raise NotSupportedError("strpos with an instance is not supported")
    return cast(fn("strpos", *call.args), BIGINT)


def _to_hex(call: Call) -> exp.Expr:
    return fn("hex", call.args[0])


def _array_join(call: Call) -> exp.Expr:
    value, delimiter = call.args[0], call.args[1]
    texts = cast(value, array(VARCHAR)) if kind(element_of(call.types[0])) != Kind.VARCHAR else value
    if len(call.args) == 3:
        item = exp.to_identifier("item", quoted=True)
        body = fn("coalesce", exp.column("item", quoted=True), call.args[2])
        texts = fn("list_transform", texts, exp.Lambda(this=body, expressions=[item]))
    return fn("array_to_string", texts, delimiter)


STRINGS: dict[str, Function] = {
    "length": renamed("length", BIGINT),
    "lower": renamed("lower", VARCHAR),
    "upper": renamed("upper", VARCHAR),
    "ltrim": renamed("ltrim", VARCHAR, 1, 2),
    "rtrim": renamed("rtrim", VARCHAR, 1, 2),
    "trim": renamed("trim", VARCHAR, 1, 2),
    "replace": written(
        lambda call: fn("replace", *(call.args if len(call.args) == 3 else [*call.args, text("")])), VARCHAR, 2, 3
    ),
    "reverse": written(_reverse, lambda types: types[0]),
    "substr": written(_substr, VARCHAR, 2, 3),
    "substring": written(_substr, VARCHAR, 2, 3),
    "strpos": written(_strpos, BIGINT, 2, 3),
    "starts_with": written(_starts_with, BOOLEAN, 2),
    "lpad": renamed("lpad", VARCHAR, 3),
    "rpad": renamed("rpad", VARCHAR, 3),
    "split": written(_split, array(VARCHAR), 2, 3),
    "split_part": written(_split_part, VARCHAR, 3),
    "concat": written(_concat, _concat_type, 2, 255),
    "concat_ws": written(_concat_ws, VARCHAR, 2, 255),
    "chr": renamed("chr", VARCHAR),
    "codepoint": renamed("unicode", INTEGER),
    "translate": renamed("translate", VARCHAR, 3),
    "levenshtein_distance": renamed("levenshtein", BIGINT, 2),
    "hamming_distance": renamed("hamming", BIGINT, 2),
    "format": written(_format, VARCHAR, 1, 255),
    "regexp_like": written(_regexp_like, BOOLEAN, 2),
    "regexp_extract": written(_regexp_extract, VARCHAR, 2, 3),
    "regexp_extract_all": written(_regexp_extract_all, array(VARCHAR), 2, 3),
    "regexp_replace": written(_regexp_replace, VARCHAR, 2, 3),
    "regexp_count": written(
        lambda call: fn("len", fn("regexp_extract_all", call.args[0], pattern(call.args[1]))), BIGINT, 2
    ),
    "regexp_split": written(
        lambda call: fn("string_split_regex", call.args[0], pattern(call.args[1])), array(VARCHAR), 2
    ),
    "array_join": written(_array_join, VARCHAR, 2, 3),
    "to_utf8": renamed("encode", VARBINARY),
    "from_utf8": renamed("decode", VARCHAR),
    "to_hex": written(_to_hex, VARCHAR),
    "from_hex": renamed("unhex", VARBINARY),
    "md5": _hash("md5"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "to_base64": renamed("to_base64", VARCHAR),
    "from_base64": renamed("from_base64", VARBINARY),
    "uuid": written(lambda call: cast(fn("uuid"), VARCHAR), VARCHAR, 0),
}
