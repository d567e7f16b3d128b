-- What a source may hold on a bad day. The product's own mapping of `nasty` is sources/postgresql.yaml.

create table every_type (
    id bigint primary key, small smallint, whole integer, big bigint, single real, twice double precision, yes boolean,
    amount numeric(12, 2), exact numeric, huge numeric(38, 10), words text, short varchar(40), fixed char(6), day date,
    moment timestamp, second timestamp(0), zoned timestamptz, clock time, bytes bytea
);
insert into every_type values
    (1, 2, 3, 4, 1.5, 2.25, true, 7.50, 1.10, 12345678901234567890.0123456789, 'plain', 'plain', 'ab', '2026-01-05',
     '2026-01-05 09:00:00', '2026-01-05 09:00:00', '2026-01-05 09:00:00+01', '09:30:00', '\x00ff10'),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (3, -32768, -2147483648, -9223372036854775808, '-infinity', '-infinity', false, -9999999999.99, -0.0000001,
     -9999999999999999999999999999.9999999999, '', '', '', '1970-01-01', '1969-12-31 23:59:59.999999',
     '1969-12-31 23:59:59', '1969-12-31 23:59:59.999999+00', '00:00:00', ''),
    (4, 32767, 2147483647, 9223372036854775807, 'infinity', 'infinity', true, 9999999999.99,
     123456789012345678901234567890.123456789012345678901234567890, 9999999999999999999999999999.9999999999,
     'NULL', 'null', 'null', '1899-12-31', '1899-12-31 23:59:59.5', '1899-12-31 23:59:59',
     '1883-11-18 12:03:57.25-05', '23:59:59.999999', '\x5c78'),
    (5, 0, 0, 0, 'nan', 'nan', false, 0, 0, 0, '\N', '\N', '\N', '1900-01-01', '2026-06-30 12:34:56.123456',
     '2026-06-30 12:34:56', '2026-06-30 12:34:56.123456+05:45', '12:34:56.123456', '\x'),
    (6, 1, 1, 1, 1e-45, 5e-324, true, 1.00, 1e-30, 1e-10, E'one\ntwo\r\nthree', E'tab\there', ' x ', '2024-02-29',
     '2024-02-29 23:59:59.1', '2024-02-29 23:59:59', '2024-02-29 23:59:59.001-12', '24:00:00', '\x0a0d2c22'),
    (7, 1, 1, 1, 3.4028235e38, 1.7976931348623157e308, true, 1.10, 1e30, 1, 'comma, "quote" ''single'' back\slash',
     'a,b', '"', '2038-01-19', '2038-01-19 03:14:08', '2038-01-19 03:14:08', '2038-01-19 03:14:08+14', '00:00:00.000001',
     decode(repeat('ff', 5000), 'hex')),
    (8, 1, 1, 1, 16777217, 0.1, true, 0.10, 100, 0.1, U&'emoji \+01F600 \+01F468\200D\+01F469 \0308', 'ümläut ß', 'é', '9999-12-31',
     '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999999+00', '01:02:03.5',
     convert_to('ä', 'utf8')),
    (9, 1, 1, 1, '-0', '-0', true, -0.01, 12300, 12300, E'control \u0001\u0008\u000b\u001f\u007f\u0085\u2028\ufeff\ufffd',
     repeat('x', 40), '      ', '1582-10-15', '1582-10-15 00:00:00', '1582-10-15 00:00:00', '1582-10-15 00:00:00+00',
     '00:00:00.001', '\x00'),
    (10, 1, 1, 1, 0.1, 1e22, true, 1.20, 00.500, 0.5, repeat('long ', 20000), 'x', 'abcdef', '2026-03-29',
     '2026-03-29 02:30:00.999', '2026-03-29 02:30:00', '2026-03-29 02:30:00.999+02', '13:14:15.16', '\x01');

create table old_day (id integer primary key, day date, moment timestamp, zoned timestamptz);
insert into old_day values
    (1, '1582-10-04', '1582-10-04 23:59:59', '1582-10-04 23:59:59+00'),
    (2, '1500-02-28', '1500-02-28 12:00:00', '1500-02-28 12:00:00+00'),
    (3, '0001-01-01', '0001-01-01 00:00:00', '0001-01-01 00:00:00+00'),
    (4, '0044-03-15 BC', '0044-03-15 09:00:00 BC', '0044-03-15 09:00:00+00 BC'),
    (5, '12345-06-07', '12345-06-07 08:09:10.5', '12345-06-07 08:09:10.5+00'),
    (6, '1847-12-01', '1847-12-01 00:01:15', '1847-12-01 00:01:15+00');
insert into old_day values (7, '1582-10-10', '1582-10-10 10:10:10.999999', '1582-10-10 10:10:10.999999+00');
create table not_a_number (id integer primary key, amount numeric);
insert into not_a_number values (1, 'nan'), (2, 'infinity'), (3, '-infinity'), (4, 1e-7);
create table "Odd, table" (id integer primary key, "a,b" numeric, "per%cent" date, "a b" numeric, plain timestamp);
insert into "Odd, table" values (1, 1.50, '2026-01-01', 2.50, '2026-01-01 00:00:00.5');
create table endless_day (id integer primary key, day date, moment timestamp, zoned timestamptz);
insert into endless_day values
    (1, 'infinity', 'infinity', 'infinity'), (2, '-infinity', '-infinity', '-infinity'), (3, null, null, null);

create type mood as enum ('happy', 'it''s, "so" so');
create domain hours as numeric(5, 2) check (value >= 0);
create type pair as (a int, b text);
create table odd_type (
    id integer primary key, uid uuid, doc json, bdoc jsonb, span interval, address inet, price money, bit_one bit(1),
    bits bit(8), feeling mood, worked hours, list integer[], couple pair, zoned_clock timetz, who name,
    letter "char", number oid, spot point, span_of int4range
);
insert into odd_type values
    (1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, "x\u00e9"]}', '{"b": null}', '1 day 02:03:04.5', '10.0.0.1/8',
     1234.5, b'1', b'10101010', 'happy', 7.25, '{1,null,3}', (1, 'x'), '09:00:00+01', 'me', 'x', 42,
     '(1,2)', '[1,5)'),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (3, '00000000-0000-0000-0000-000000000000', '[]', '"text"', '-1 year -2 mons', '::1', -0.01, b'0', b'00000000',
     'it''s, "so" so', 0, '{}', (null, ''), '23:59:59.999999-11:30', '', '', 4294967295, '(0,0)', 'empty');

create table empty (id bigint, words text, amount numeric(5, 2), moment timestamp);
create table single (id bigint primary key, words text);
insert into single values (41, 'alone');
create table gaps (id bigint, small smallint, amount numeric(10, 2), day date, moment timestamp, yes boolean, words text);
insert into gaps
    select i * i * i - 1000, (i % 7)::smallint, (i * 1.37)::numeric(10, 2), date '2026-01-01' + (i * i) % 97,
           timestamp '2026-01-01 00:00:00' + i * interval '7 hours 13 minutes 11.987654 seconds', i % 3 = 0, 'row ' || i
    from generate_series(1, 500) as i;
insert into gaps values (null, null, null, null, null, null, 'no key'), (null, 3, 1.5, null, null, true, 'no key either');
create table extremes (id bigint primary key, words text);
insert into extremes values (-9223372036854775808, 'least'), (0, 'zero'), (9223372036854775807, 'most');
create table many as
    select i as id, i % 11 as k, 'row ' || i as words, (i * 0.01)::numeric(12, 2) as amount,
           timestamp '2026-01-01' + i * interval '1 second' as moment
    from generate_series(1, 40000) as i;

-- The product's mapping reads this one: a check column with NULLs, a split column with gaps and NULLs.
create schema source;
create table source."Tablé ""x""" (
    "Id" integer primary key, "odd name" text, "quo""te" text, "naïve" text, "日本" text, "1st" text, "a-b" text,
    "class" text, "_under" text, "dollar$" text, "UPPER" text, "trailing_" text, "semi;colon" text, "per%cent" text,
    "null" text, "id" integer
);
insert into source."Tablé ""x""" values
    (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 2),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
create table source.nasty (
    id bigint, amount numeric(12, 2), exact numeric, day date, moment timestamp, words text, yes boolean, whole integer,
    small smallint, updated_at timestamp
);
insert into source.nasty
    select row_number() over () * 17 - 40, amount, exact, day, moment, words, yes, whole, small,
           timestamp '2026-02-01' + (id - 1) * interval '11 hours 0.000001 seconds'
    from public.every_type;
insert into source.nasty
    select 10000 + id * id, amount, exact, day, moment, null, null, null, null, case when id = 2 then null else moment end
    from public.every_type;
insert into source.nasty
    select 20000 + id, null, null, day, moment, 'old', null, null, null, timestamp '2026-02-02' from public.old_day;
insert into source.nasty
    select 30000 + id, null, 'nan', day, moment, 'endless', null, null, null, moment from public.endless_day;
insert into source.nasty (id, words, updated_at) values (null, 'no key', '2026-02-03'), (null, 'neither', null);
create table source.plain (id integer primary key, name varchar(20), since date);
insert into source.plain values (1, 'one', '2026-01-01'), (2, null, null);
create table source.nothing (id bigint, hours numeric(5, 2), updated_at timestamp);
