length('äöü')
length('')
upper('straße')  -- open: DuckDB has a capital ß
lower('ÄB')
'a' || cast(null as varchar)
concat('a', 'b', 'c')
concat_ws(',', 'a', null, 'c')
substr('hello', 2)
substr('hello', -3)
substr('hello', 0)
substr('hello', 2, 2)
substr('hello', 10)
substring('hello' from 2 for 3)  -- refused: mismatched input
strpos('hello', 'l')
strpos('hello', 'z')
strpos('hello', '')
strpos('hello', 'l', 2)  -- refused: not supported
position('l' in 'hello')
replace('hello', 'l')
replace('hello', 'l', 'L')
reverse('abc')
lpad('5', 3, '0')
lpad('12345', 3, '0')
rpad('a', 4, 'xy')
trim('  a  ')
ltrim('  a  ')
rtrim('  a  ')
trim(both 'x' from 'xxaxx')
split('a,b,,c', ',')
split('a,b,c', ',', 2)  -- refused: not supported
split_part('a:b:c', ':', 2)
split_part('a:b:c', ':', 9)
split_part('a:b', ':', 0)  -- fails
chr(65)
codepoint('A')
translate('hello', 'el', 'ip')
starts_with('hello', 'he')
levenshtein_distance('kitten', 'sitting')
hamming_distance('abc', 'abd')
'abc' < 'abd'
'a' = 'a '
'a' < 'B'
'ab' like 'a_'
'a%b' like 'a\%b' escape '\'
'AB' like 'ab'
'abc' like '%'
null like 'a'
cast('hello' as varchar(3))
cast('hello' as varchar(10))
cast(12345 as varchar(3))  -- fails
regexp_like('1a 2b', '\d+b')
regexp_like('abc', '^b')
regexp_extract('1a 2b 14m', '\d+')
regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2)
regexp_extract('abc', '\d')
regexp_extract_all('1a 2b 14m', '\d+')
regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2)
regexp_replace('1a 2b', '\d+')
regexp_replace('1a 2b', '(\d+)([a-z])', '$2$1')
regexp_replace('fun', '', '-')
regexp_count('1a 2b 14m', '\s*[a-z]+\s*')
regexp_position('ab1c2', '\d')  -- refused: not supported
regexp_split('1a 2b 14m', '\s*[a-z]+\s*')
regexp_like('äb', '^\w+$')
regexp_like('Abc', '(?i)ABC')
to_hex(to_utf8('hi'))
from_utf8(from_hex('6869'))
to_base64(to_utf8('hi'))
from_base64('aGk=')
to_utf8('hi')
md5(to_utf8('hi'))
sha1(to_utf8('hi'))
to_hex(sha256(to_utf8('hi')))
crc32(to_utf8('hi'))  -- refused: not supported
url_extract_host('http://a.b/c')  -- refused: not supported
format('%s is %d years and %.2f', 'x', 5, 1.236e0)
format('%05d|%-5s|%,d', 42, 'ab', 1234567)  -- refused: supports
soundex('Robert')  -- refused: not supported
normalize('é')  -- refused: not supported
word_stem('running')  -- refused: not supported
nosuchfunction(1)  -- fails
length(5)  -- fails
upper(null)
