-- What MariaDB has and MySQL has not, after mysql.sql.
create table odd_type (
    id int primary key, big_unsigned bigint unsigned, int_unsigned int unsigned, tiny_unsigned tinyint unsigned,
    bit_one bit(1), bits bit(8), years year, several set('a', 'b'), doc json, uid uuid, address inet6, blobs blob,
    four binary(4), long_words longtext, place point
);
insert into odd_type values
    (1, 18446744073709551615, 4294967295, 255, b'1', b'10101010', 2026, 'a,b', '{"a": [1, "é"]}',
     'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '::1', x'00ff', x'01', 'long', point(1, 2)),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (3, 0, 0, 0, b'0', b'0', 1901, '', '[]', '00000000-0000-0000-0000-000000000000', '2001:db8::1', '', '', '', point(0, 0));
