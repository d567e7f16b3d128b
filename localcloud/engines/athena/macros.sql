-- What Trino does and DuckDB has no function for. Each is created once in the engine's database.

create macro athena_finite(x) as case when isfinite(x) then x end;

create macro athena_ln(x) as case when x > 0 then ln(x) when x = 0 then '-inf'::double
                                  when x is not null then 'nan'::double end;

create macro athena_sqrt(x) as case when x >= 0 then sqrt(x) when x is not null then 'nan'::double end;

create macro athena_power(x, y) as power(x, y);

-- Half up, away from zero, as Trino rounds decimal quotients.
create macro athena_divide_half_up(n, d) as
    case when d = 0 then error('DIVISION_BY_ZERO: Division by zero')
         else sign(n) * sign(d) * ((abs(n) * 2 + abs(d)) // (abs(d) * 2)) end;

-- A decimal as the whole number of its last digits: its text without the point.
create macro athena_digits(x) as cast(replace(cast(x as varchar), '.', '') as hugeint);

create macro athena_substr2(s, start) as
    case when start = 0 then '' when start < 0 and -start > length(s) then '' else substring(s, start) end;

create macro athena_substr3(s, start, len) as
    case when start = 0 then '' when start < 0 and -start > length(s) then '' else substring(s, start, len) end;

-- Java's Double.toString: plain from 1e-3 to 1e7, else with an exponent.
create macro athena_exponent_text(digits, point) as
    substring(digits, 1, 1) || '.' || case when length(digits) = 1 then '0' else substring(digits, 2) end
    || 'E' || cast(point as varchar);

create macro athena_large_text(s) as
    case when contains(s, 'e') then
              case when contains(split_part(s, 'e', 1), '.') then split_part(s, 'e', 1)
                   else split_part(s, 'e', 1) || '.0' end
              || 'E' || cast(cast(split_part(s, 'e', 2) as integer) as varchar)
         else athena_exponent_text(
              case when rtrim(replace(s, '.', ''), '0') = '' then '0' else rtrim(replace(s, '.', ''), '0') end,
              strpos(s, '.') - 2) end;

create macro athena_small_text(s) as
    case when contains(s, 'e') then athena_large_text(s)
         else athena_exponent_text(ltrim(substring(s, 3), '0'),
                                   -(1 + length(substring(s, 3)) - length(ltrim(substring(s, 3), '0')))) end;

create macro athena_double_text(x) as
    case when isnan(x) then 'NaN'
         when isinf(x) then case when x > 0 then 'Infinity' else '-Infinity' end
         when x = 0 or abs(x) >= 0.001 and abs(x) < 10000000 then cast(x as varchar)
         when abs(x) >= 10000000 then case when x < 0 then '-' else '' end || athena_large_text(cast(abs(x) as varchar))
         else case when x < 0 then '-' else '' end || athena_small_text(cast(abs(x) as varchar)) end;

-- cast(x as varchar): always with an exponent.
create macro athena_scientific_text(x) as
    case when x is null then null
         when isnan(x) then 'NaN'
         when isinf(x) then case when x > 0 then 'Infinity' else '-Infinity' end
         else case when x < 0 then '-' else '' end
              || case when x = 0 then '0.0E0'
                      when abs(x) >= 1 then athena_large_text(cast(abs(x) as varchar))
                      else athena_small_text(cast(abs(x) as varchar)) end end;

-- Years have four digits, more of them a sign.
create macro athena_date_text(d) as
    case when d between date '0000-01-01' and date '9999-12-31' then strftime(d, '%Y-%m-%d')
         else case when year(d) < 0 then '-' else '+' end
              || printf('%04d', abs(year(d)))
              || strftime(d, '-%m-%d') end;

create macro athena_timestamp_shown(t) as
    case when t between timestamp '0000-01-01 00:00:00' and timestamp '9999-12-31 23:59:59.999999'
         then strftime(t, '%Y-%m-%d %H:%M:%S.%g')
         else athena_date_text(cast(t as date)) || strftime(t, ' %H:%M:%S.%g') end;

-- Months, or days and a time, as Trino shows its two kinds of interval.
create macro athena_interval_text(i) as
    case when datepart('year', i) <> 0 or datepart('month', i) <> 0
         then case when epoch(i) < 0 then '-' else '' end
              || abs(datepart('year', i)) || '-' || abs(datepart('month', i))
         else case when epoch(i) < 0 then '-' else '' end
              || printf('%d %02d:%02d:%02d.%03d',
                        cast(abs(epoch_us(i)) // 86400000000 as bigint),
                        cast(abs(epoch_us(i)) // 3600000000 % 24 as bigint),
                        cast(abs(epoch_us(i)) // 60000000 % 60 as bigint),
                        cast(abs(epoch_us(i)) // 1000000 % 60 as bigint),
                        cast(abs(epoch_us(i)) // 1000 % 1000 as bigint)) end;

-- A number that becomes a text of at most n characters.
create macro athena_fitting(s, n) as
    case when length(s) > n
         then error('INVALID_CAST_ARGUMENT: Value ' || s || ' cannot be represented as varchar(' || n || ')')
         else s end;

-- The first of each, NULL among them, in their order.
create macro athena_array_distinct(a) as list_filter(a, lambda x, i: list_position(a, x) = i);

-- NULL where the answer hangs on a NULL.
create macro athena_contains(a, x) as
    case when a is null or x is null then null
         when list_contains(a, x) then true
         when len(a) = list_count(a) then false end;

create macro athena_arrays_overlap(a, b) as
    case when a is null or b is null then null
         when list_has_any(a, b) then true
         when len(a) > list_count(a) and len(b) > 0 or len(b) > list_count(b) and len(a) > 0 then null
         else false end;

-- Texts become values only where Trino's grammar has them. `parsed` is DuckDB's TRY_CAST of the same text. The usual
-- form is recognised by a cheap test; what the test does not know is matched against the grammar.
create macro athena_integer_text(s, parsed) as
    case when cast(parsed as varchar) = s then parsed
         when regexp_full_match(s, '[+-]?[0-9]+') then parsed end;

create macro athena_decimal_text(s, parsed) as
    case when regexp_full_match(s, '[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?') then parsed end;

create macro athena_date_text_in(s, parsed) as
    case when s like '____-__-__' then parsed
         when regexp_full_match(s, '\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\s*') then parsed end;

-- A zone behind the time is read over; midnight is not 24:00.
create macro athena_timestamp_text(s, parsed) as
    case when contains(s, ' 24:') then null
         when s like '____-__-__ __:__:__._' or s like '____-__-__ __:__:__' then parsed
         when regexp_full_match(s, '\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?( ?([+-][0-9]{2}(:[0-9]{2})?|UTC))?)?\s*')
         then cast(cast(try_cast(regexp_replace(trim(s), '(:[0-9.]+) ?([+-][0-9]{2}(:[0-9]{2})?|UTC)$', '\1') as timestamp)
                        as timestamp_ms) as timestamp) end;

create macro athena_boolean_text_in(s, parsed) as
    case when lower(s) in ('true', 't', '1') then true when lower(s) in ('false', 'f', '0') then false end;

create macro athena_double_text_in(s, parsed) as
    case when regexp_full_match(s, '\s*([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(NaN|Infinity))\s*')
         then parsed end;

create macro athena_checked(s, parsed, type_name) as
    case when parsed is null and s is not null
         then error('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to ' || type_name)
         else parsed end;
