"""The Trino functions the engine knows; a new function is a new entry in one of these tables."""

from localcloud.engines.athena.functions.aggregates import AGGREGATES, WINDOWS
from localcloud.engines.athena.functions.base import Call, Function
from localcloud.engines.athena.functions.collections import COLLECTIONS
from localcloud.engines.athena.functions.jsons import JSONS
from localcloud.engines.athena.functions.numbers import NUMBERS
from localcloud.engines.athena.functions.strings import STRINGS
from localcloud.engines.athena.functions.times import TIMES

FUNCTIONS: dict[str, Function] = {
    **AGGREGATES,
    **WINDOWS,
    **COLLECTIONS,
    **JSONS,
    **NUMBERS,
    **STRINGS,
    **TIMES,
}

# Functions of Trino that this engine does not have: refused as not supported, not as unknown.
UNSUPPORTED = frozenset(
    [
        "kurtosis",
        "skewness",
        "entropy",
        "checksum",
        "approx_most_frequent",
        "approx_set",
        "merge",
        "multimap_agg",
        "map_union",
        "numeric_histogram",
        "tdigest_agg",
        "qdigest_agg",
        "value_at_quantile",
        "values_at_quantile",
        "reduce_agg",
        "histogram_merge",
        "zip",
        "zip_with",
        "map_from_entries",
        "map_filter",
        "map_zip_with",
        "transform_keys",
        "transform_values",
        "multimap_from_entries",
        "array_except",
        "array_remove",
        "combinations",
        "ngrams",
        "shuffle",
        "split_to_map",
        "split_to_multimap",
        "word_stem",
        "normalize",
        "soundex",
        "regexp_position",
        "luhn_check",
        "to_base",
        "from_base",
        "crc32",
        "xxhash64",
        "murmur3",
        "sha512",
        "hmac_md5",
        "hmac_sha256",
        "url_extract_host",
        "url_extract_path",
        "url_extract_port",
        "url_extract_query",
        "url_extract_parameter",
        "url_encode",
        "url_decode",
        "with_timezone",
        "timezone_hour",
        "timezone_minute",
        "to_milliseconds",
        "parse_duration",
        "human_readable_seconds",
        "from_iso8601_timestamp_nanos",
        "json_array_get",
        "json_size",
        "is_json_scalar",
        "json_query",
        "json_value",
        "json_exists",
        "width_bucket",
        "inverse_normal_cdf",
        "normal_cdf",
        "beta_cdf",
        "wilson_interval_lower",
        "wilson_interval_upper",
        "cosine_similarity",
        "typeof",
        "array_histogram",
        "trim_array",
        "current_timezone",
    ]
)

__all__ = ["FUNCTIONS", "UNSUPPORTED", "Call", "Function"]
