date '2026-03-29'
timestamp '2026-03-29 02:30:00'
timestamp '2026-03-29 02:30:00.123'
date '2026-01-31' + interval '1' month
date '2024-02-29' + interval '1' year
date '2026-03-31' - interval '1' month
timestamp '2026-01-01 00:00:00' + interval '90' minute
date '2026-01-10' - date '2026-01-01'
timestamp '2026-01-02 00:00:00' - timestamp '2026-01-01 12:00:00'
date_add('day', 3, date '2026-02-27')
date_add('month', 1, date '2026-01-31')
date_add('month', -1, date '2026-03-31')
date_add('hour', 5, timestamp '2026-01-01 22:00:00')
date_add('millisecond', 5, timestamp '2026-01-01 22:00:00')  -- open: a literal has the digits that were written; here every timestamp has milliseconds
date_add('week', 2, date '2026-01-01')
date_add('quarter', 1, date '2026-01-31')
date_add('year', 1, date '2024-02-29')
date_add('hour', 1, date '2026-01-01')  -- fails
date_diff('hour', timestamp '2026-01-01 00:59:00', timestamp '2026-01-01 02:00:00')
date_diff('hour', timestamp '2026-01-01 02:00:00', timestamp '2026-01-01 00:59:00')
date_diff('minute', timestamp '2026-01-01 00:00:59', timestamp '2026-01-01 00:02:00')
date_diff('second', timestamp '2026-01-01 00:00:00.900', timestamp '2026-01-01 00:00:02.100')
date_diff('millisecond', timestamp '2026-01-01 00:00:00.900', timestamp '2026-01-01 00:00:02.100')
date_diff('day', timestamp '2026-01-01 23:00:00', timestamp '2026-01-03 22:00:00')
date_diff('day', date '2026-01-05', date '2026-01-01')
date_diff('week', date '2026-01-01', date '2026-01-14')
date_diff('month', date '2026-01-31', date '2026-02-28')
date_diff('month', date '2026-01-31', date '2026-03-01')
date_diff('month', timestamp '2026-01-15 10:00:00', timestamp '2026-02-15 09:59:59')
date_diff('quarter', date '2026-01-01', date '2026-06-30')
date_diff('year', date '2024-02-29', date '2025-02-28')
date_diff('year', date '2026-06-01', date '2020-07-01')
date_diff('day', null, date '2026-01-01')
date_trunc('week', date '2026-01-04')
date_trunc('month', timestamp '2026-01-31 10:11:12.345')
date_trunc('quarter', date '2026-05-31')
date_trunc('year', date '2026-05-31')
date_trunc('hour', timestamp '2026-01-01 10:59:59')
date_trunc('day', timestamp '2026-01-01 10:59:59 UTC')
date_trunc('hour', date '2026-01-01')  -- fails
date_trunc('nonsense', date '2026-01-01')  -- fails
year(date '2026-01-01')
quarter(date '2026-04-01')
month(timestamp '2026-04-01 00:00:00')
week(date '2026-01-01')
week_of_year(date '2027-01-01')
year_of_week(date '2027-01-01')
yow(date '2024-12-31')
day(date '2026-01-09')
day_of_month(date '2026-01-09')
day_of_week(date '2026-01-04')
dow(date '2026-01-05')
day_of_year(date '2026-02-01')
doy(date '2024-12-31')
hour(timestamp '2026-01-01 23:59:59')
minute(timestamp '2026-01-01 23:59:59')
second(timestamp '2026-01-01 23:59:58')
millisecond(timestamp '2026-01-01 23:59:58.123')
extract(dow from date '2026-01-04')
extract(year from timestamp '2026-01-04 00:00:00')
last_day_of_month(date '2024-02-10')
to_unixtime(timestamp '2026-01-01 00:00:00')
to_unixtime(timestamp '2026-01-01 00:00:00.500 UTC')
from_unixtime(0)
from_unixtime(1.5e0)
from_unixtime(1767225600)
cast(from_unixtime(1767225600) as timestamp)
cast(timestamp '2026-01-01 23:59:59' as date)
cast(date '2026-01-01' as timestamp)
cast('2026-01-01' as date)
cast('2026-1-5' as date)
cast('2026-02-30' as date)  -- fails
try_cast('2026-02-30' as date)
try_cast('20260101' as date)
try_cast('2026-01-01 10:00:00' as date)
cast('2026-01-01 10:00:00' as timestamp)
cast('2026-01-01 10:00:00.123456' as timestamp)
cast('2026-01-01 10:00:00.9996' as timestamp)
cast('2026-01-01' as timestamp)
try_cast('2026-01-01T10:00:00' as timestamp)
try_cast('2026-01-01 25:00:00' as timestamp)
try_cast('0000-00-00 00:00:00' as timestamp)
try_cast(' 2026-01-01 ' as date)
cast(date '2026-01-01' as varchar)
cast(timestamp '2026-01-01 10:00:00' as varchar)  -- open: a literal has the digits that were written; here every timestamp has milliseconds
cast(timestamp '2026-01-01 10:00:00.120' as varchar)
cast(timestamp '2026-01-01 10:00:00 UTC' as varchar)  -- open: a literal has the digits that were written; here every timestamp has milliseconds
timestamp '2026-01-01 10:00:00 UTC'
timestamp '2026-07-01 10:00:00 Europe/Berlin'  -- open: an instant is shown in UTC, not in its zone
timestamp '2026-07-01 10:00:00 +02:00'  -- refused: Unknown TimeZone
timestamp '2026-03-29 00:30:00 UTC' at time zone 'Europe/Berlin'  -- open: an instant is shown in UTC, not in its zone
timestamp '2026-03-29 01:30:00 UTC' at time zone 'Europe/Berlin'  -- open: an instant is shown in UTC, not in its zone
timestamp '2026-10-25 00:30:00 UTC' at time zone 'Europe/Berlin'  -- open: an instant is shown in UTC, not in its zone
timestamp '2026-10-25 01:30:00 UTC' at time zone 'Europe/Berlin'  -- open: an instant is shown in UTC, not in its zone
cast(timestamp '2026-10-25 01:30:00 UTC' at time zone 'Europe/Berlin' as timestamp)
hour(timestamp '2026-07-01 12:00:00 UTC' at time zone 'America/New_York')
cast(timestamp '2026-07-01 23:30:00 UTC' at time zone 'Asia/Kolkata' as date)
at_timezone(timestamp '2026-07-01 12:00:00 UTC', 'Asia/Tokyo')  -- open: an instant is shown in UTC, not in its zone
with_timezone(timestamp '2026-07-01 12:00:00', 'Asia/Tokyo')  -- refused: not supported
cast(timestamp '2026-07-01 12:00:00' as timestamp with time zone)
timestamp '2026-07-01 12:00:00 UTC' = timestamp '2026-07-01 14:00:00 Europe/Berlin'
timestamp '2026-07-01 12:00:00' < timestamp '2026-07-01 14:00:00 UTC'
date_add('hour', 1, timestamp '2026-03-29 01:30:00 Europe/Berlin')  -- open: an instant is shown in UTC, not in its zone
date_diff('hour', timestamp '2026-03-29 00:00:00 Europe/Berlin', timestamp '2026-03-30 00:00:00 Europe/Berlin')
date '2026-01-01' < timestamp '2026-01-01 00:00:01'
date_format(timestamp '2026-01-05 03:04:05.678', '%Y-%m-%d %H:%i:%s.%f')
date_format(timestamp '2026-01-05 15:04:05', '%W %M %e %y %j %p %h %l %k %a %b %c %T %r')
date_format(date '2026-01-05', '%d/%m/%Y')
date_format(timestamp '2026-01-05 00:00:00', '%v %x')
date_parse('2026-01-05 10:11:12', '%Y-%m-%d %H:%i:%s')
date_parse('05/01/2026', '%d/%m/%Y')
date_parse('nonsense', '%Y')  -- fails
format_datetime(timestamp '2026-01-05 15:04:05', 'yyyy-MM-dd HH:mm:ss')
format_datetime(timestamp '2026-01-05 15:04:05.678', 'EEE, d MMM yyyy hh:mm a SSS')
format_datetime(timestamp '2026-01-05 15:04:05', 'xxxx-''W''ww-e D')
parse_datetime('2026-01-05 10:11', 'yyyy-MM-dd HH:mm')
parse_datetime('2026-01-05 10:11 +0200', 'yyyy-MM-dd HH:mm Z')  -- refused: not supported
to_iso8601(date '2026-01-05')
to_iso8601(timestamp '2026-01-05 10:11:12')  -- open: a literal has the digits that were written; here every timestamp has milliseconds
to_iso8601(timestamp '2026-01-05 10:11:12 UTC')  -- open: a literal has the digits that were written; here every timestamp has milliseconds
from_iso8601_date('2026-01-05')
from_iso8601_date('2026-W02-1')  -- refused: invalid date field format
from_iso8601_timestamp('2026-01-05T10:11:12Z')
from_iso8601_timestamp('2026-01-05T10:11:12+02:00')  -- open: an instant is shown in UTC, not in its zone
sequence(date '2026-01-30', date '2026-02-02')
sequence(date '2026-01-31', date '2026-05-01', interval '1' month)  -- refused: not supported
interval '1' day > interval '23' hour
interval '2' day
interval '3' month  -- open: one type for both kinds of interval
human_readable_seconds(3661)  -- refused: not supported
