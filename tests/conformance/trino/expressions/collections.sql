array[1, 2, 3]
array[1, null, 3]
array[1, 2][1]
array[1, 2][3]  -- fails
array[1, 2][0]  -- fails
element_at(array[1, 2], 3)
element_at(array[1, 2, 3], -1)
cardinality(array[1, null])
cardinality(null)
contains(array[1, 2], 2)
contains(array[1, null], 2)
array_position(array['a', 'b'], 'b')
array_position(array['a', 'b'], 'z')
array_max(array[1, 3, 2])
array_max(array[1, null])
array_min(array['b', 'a'])
array_sort(array[3, null, 1])
array_distinct(array[1, 2, 2, null, null])
array_join(array['a', null, 'c'], '-')
array_join(array['a', null, 'c'], '-', '?')
array_join(array[1, 2], ',')
array_union(array[1, 2], array[2, 3])
array_intersect(array[1, 2, 2], array[2, 3])
array_except(array[1, 2], array[2])  -- refused: not supported
array_remove(array[1, 2], 2)  -- refused: not supported
arrays_overlap(array[1, 2], array[2])
arrays_overlap(array[1, null], array[2])
array[1] || array[2]
array[1] || 2
concat(array[1], array[2, 3])
slice(array[1, 2, 3, 4], 2, 2)
slice(array[1, 2, 3, 4], -2, 2)
reverse(array[1, 2])
flatten(array[array[1], array[2, 3]])
repeat('a', 3)
sequence(1, 5, 2)
sequence(5, 1, -2)
filter(array[1, 2, 3], x -> x > 1)
transform(array[1, 2], x -> x * 2)
reduce(array[1, 2, 3], 0, (s, x) -> s + x, s -> s)
any_match(array[1, 2], x -> x > 1)
all_match(array[1, 2], x -> x > 1)
none_match(array[1, 2], x -> x > 5)
array[1, 2] = array[1, 2]
array[1, 2] < array[1, 3]
cast(array[1, 2] as array(varchar))
map(array['a', 'b'], array[1, 2])
map(array['a'], array[1])['a']
map(array['a'], array[1])['z']  -- fails
element_at(map(array['a'], array[1]), 'z')
map_keys(map(array['a', 'b'], array[1, 2]))
map_values(map(array['a', 'b'], array[1, null]))
map_concat(map(array['a'], array[1]), map(array['a'], array[2]))
cardinality(map(array['a'], array[1]))
map()
row(1, 'a')
cast(row(1, 'a') as row(x integer, y varchar))
cast(row(1, 'a') as row(x integer, y varchar)).y
row(1, 2) = row(1, 2)
zip(array[1], array['a'])  -- refused: not supported
json_extract_scalar('{"a": {"b": 5}}', '$.a.b')
json_extract_scalar('{"a": [1, 2]}', '$.a[1]')
json_extract_scalar('{"a": {"b": 5}}', '$.a')
json_extract_scalar('{"a": null}', '$.a')
json_extract_scalar('{"a": true}', '$.a')
json_extract_scalar('nonsense', '$.a')
json_extract('{"a": {"b": 5}}', '$.a')
json_format(json_extract('{"a": [1, 2]}', '$.a'))
json_parse('{"b": 1, "a": 2}')  -- open: Trino sorts the keys
json_parse('nonsense')  -- fails
json_array_length('[1, 2, 3]')
json_array_contains('[1, 2]', 2)
json_format(cast(array[1, 2] as json))
json_format(cast(map(array['a'], array[1]) as json))
cast(json_parse('[1, 2]') as array(integer))
cast(json_parse('5') as integer)
cast(json_parse('"x"') as varchar)
is_json_scalar('1')  -- refused: not supported
try(1 / 0)  -- refused: not supported
