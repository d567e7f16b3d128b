-- What a source may hold on a bad day, in the words of MariaDB and MySQL. The product's own mapping of `nasty` is
-- sources/mariadb.yaml.
set sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION';
set time_zone = '+00:00';

create table every_type (
    id bigint primary key, yes boolean, tiny tinyint, small smallint, medium mediumint, whole int, big bigint,
    amount decimal(12, 2), exact decimal(65, 30), huge decimal(38, 10), single float, twice double, words text,
    brief varchar(40), fixed char(6), day date, moment datetime, fine datetime(6), stamped timestamp(6) null,
    clock time(6), kind enum('a', 'it''s, "so" so'), bytes varbinary(6000)
) character set utf8mb4;
insert into every_type values
    (1, true, 2, 3, 4, 5, 6, 7.50, 1.10, 12345678901234567890.0123456789, 1.5, 2.25, 'plain', 'plain', 'ab', '2026-01-05',
     '2026-01-05 09:00:00', '2026-01-05 09:00:00', '2026-01-05 09:00:00', '09:30:00', 'a', x'00ff10'),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
     null, null),
    (3, false, -128, -32768, -8388608, -2147483648, -9223372036854775808, -9999999999.99, -0.0000001,
     -9999999999999999999999999999.9999999999, -3.4e38, -1.7976931348623157e308, '', '', '', '1970-01-01',
     '1969-12-31 23:59:59', '1969-12-31 23:59:59.999999', '1970-01-01 00:00:00.000001', '00:00:00', 'it''s, "so" so', ''),
    (4, true, 127, 32767, 8388607, 2147483647, 9223372036854775807, 9999999999.99,
     12345678901234567890123456789012345.123456789012345678901234567890, 9999999999999999999999999999.9999999999,
     3.4e38, 1.7976931348623157e308, 'NULL', 'null', 'null', '1899-12-31', '1899-12-31 23:59:59',
     '1899-12-31 23:59:59.5', '2038-01-19 03:14:07.999999', '23:59:59.999999', 'a', '\\x'),
    (5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\\N', '\\N', '\\N', '1900-01-01', '2026-06-30 12:34:56',
     '2026-06-30 12:34:56.123456', '2026-06-30 12:34:56.123456', '12:34:56.123456', 'a', 'plain'),
    (6, 1, 1, 1, 1, 1, 1, 1.00, 1e-30, 1e-10, 1e-38, 5e-324, 'one\ntwo\r\nthree', 'tab\there', ' x ', '2024-02-29',
     '2024-02-29 23:59:59', '2024-02-29 23:59:59.1', '2024-02-29 23:59:59.001', '00:00:00.000001', 'a', x'0a0d2c22'),
    (7, 1, 1, 1, 1, 1, 1, 1.10, 1e30, 1, 16777217, 0.1, 'comma, "quote" ''single'' back\\slash', 'a,b', '"', '2038-01-19',
     '2038-01-19 03:14:08', '2038-01-19 03:14:08', '2037-12-31 23:59:59', '01:02:03.5', 'a', repeat(x'ff', 5000)),
    (8, 1, 1, 1, 1, 1, 1, 0.10, 100, 0.1, 0.1, 1e22, 'emoji 😀 👨‍👩 ̈', 'ümläut ß', 'é', '9999-12-31',
     '9999-12-31 23:59:59', '9999-12-31 23:59:59.999999', '2026-03-29 02:30:00.999', '13:14:15.16', 'a', 'ä'),
    (9, 1, 1, 1, 1, 1, 1, -0.01, 12300, 12300, 1e10, 100, concat('control ', char(0, 1, 8, 11, 31, 127 using utf8mb4), '\u0085'),
     repeat('x', 40), '      ', '1582-10-15', '1582-10-15 00:00:00', '1582-10-15 00:00:00', '1970-01-02 00:00:00',
     '00:00:00.001', 'a', x'00'),
    (10, 1, 1, 1, 1, 1, 1, 1.20, 0.500, 0.5, 123456.789, 123456789.123456789, repeat('long ', 20000), 'x', 'abcdef',
     '1000-01-01', '1000-01-01 00:00:00', '1000-01-01 00:00:00.000001', '2000-01-01 00:00:00', '10:00:00', 'a', 'x');

create table zero_day (id int primary key, day date, moment datetime(6));
insert into zero_day values (1, '0000-00-00', '0000-00-00 00:00:00'), (2, '2026-00-00', '2026-02-31 00:00:00');
create table long_clock (id int primary key, clock time, fine time(6));
insert into long_clock values (1, '838:59:59', '-838:59:59.999999'), (2, '-00:00:01', '24:00:00');

create table no_rows (id bigint, words text, amount decimal(5, 2), moment datetime);
create table single (id bigint primary key, words text);
insert into single values (41, 'alone');
create table digits (d int);
insert into digits values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
create table numbers as
    select cast(1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d as signed) as seq
    from digits a, digits b, digits c, digits d, digits e;
create table gaps (id bigint, small smallint, amount decimal(10, 2), day date, moment datetime(6), yes boolean, words text);
insert into gaps
    select seq * seq * seq - 1000, seq % 7, seq * 1.37, date_add('2026-01-01', interval (seq * seq) % 97 day),
           date_add('2026-01-01', interval seq * 25991987654 microsecond), seq % 3 = 0, concat('row ', seq)
    from numbers where seq <= 500;
insert into gaps values (null, null, null, null, null, null, 'no key'), (null, 3, 1.5, null, null, true, 'no key either');
create table many as
    select cast(seq as signed) as id, seq % 11 as k, concat('row ', seq) as words, cast(seq * 0.01 as decimal(12, 2)) as amount,
           date_add('2026-01-01', interval seq second) as moment
    from numbers where seq <= 40000;
create table `odd, table` (
    `Id` int primary key, `odd name` text, `quo``te` text, `naïve` text, `日本` text, `1st` text, `a-b` text, `class` text,
    `_under` text, `dollar$` text, `trailing_` text, `semi;colon` text, `per%cent` text, `null` text
);
insert into `odd, table` values
    (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm'),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null);

-- The product's mapping reads these: a check column with NULLs, a split column with gaps and NULLs.
create table nasty (
    id bigint, amount decimal(12, 2), exact decimal(65, 30), day date, moment datetime, fine datetime(6), words text,
    yes boolean, whole int, small smallint, updated_at datetime(6)
);
insert into nasty
    select id * 17 - 40, amount, exact, day, moment, fine, words, yes, whole, small,
           date_add('2026-02-01', interval (id - 1) * 39600000001 microsecond)
    from every_type;
insert into nasty
    select 10000 + id * id, amount, exact, day, moment, fine, null, null, null, null, if(id = 2, null, fine) from every_type;
insert into nasty (id, words, updated_at) values (null, 'no key', '2026-02-03'), (null, 'neither', null);
insert into nasty (id, day, moment, updated_at) values (-1, '0000-00-00', '0000-00-00', '2026-02-03');
create table plain (id int primary key, name varchar(20), since date);
insert into plain values (1, 'one', '2026-01-01'), (2, null, null);
create table nothing (id bigint, hours decimal(5, 2), updated_at datetime);
