select sum(x) from (values 1, null, 2) as t (x)
select sum(x) from (values cast(null as integer)) as t (x)
select sum(x) from (values decimal '1.10', decimal '2.20') as t (x)
select avg(x) from (values 1, 2, null) as t (x)
select avg(x) from (values decimal '1.00', decimal '2.00', decimal '2.00') as t (x)
select count(x), count(*), count(distinct x) from (values 1, null, 1) as t (x)
select count_if(x > 1) from (values 1, 2, 3, null) as t (x)
select min(x), max(x) from (values 'b', 'a', null) as t (x)
select min(x, 2), max(x, 2) from (values 1, 3, 2) as t (x)  -- refused: Unexpected parameters
select min_by(x, y), max_by(x, y) from (values ('a', 2), ('b', 1), ('c', null)) as t (x, y)
select arbitrary(x) from (values null, 1) as t (x)
select bool_and(x), bool_or(x), every(x) from (values true, false, null) as t (x)
select array_agg(x order by x) from (values 2, null, 1) as t (x)
select array_agg(x order by x desc) filter (where x > 1) from (values 2, null, 1, 3) as t (x)
select array_agg(x) from (values 1) as t (x) where x > 1
select listagg(x, ',') within group (order by x) from (values 'b', 'a', null) as t (x)
select map_agg(x, y) from (values ('a', 1)) as t (x, y)
select histogram(x) from (values 'a', 'a') as t (x)
select stddev(x), stddev_pop(x), variance(x), var_pop(x) from (values 1, 2, 4) as t (x)
select stddev(x), stddev_pop(x) from (values 1) as t (x)
select covar_samp(x, y), covar_pop(x, y), corr(x, y) from (values (1, 2), (2, 4), (3, 7)) as t (x, y)
select corr(x, y) from (values (1, 2)) as t (x, y)
select regr_slope(y, x), regr_intercept(y, x) from (values (1, 2), (2, 4), (3, 7)) as t (x, y)
select geometric_mean(x) from (values 1, 4) as t (x)
select approx_distinct(x) from (values 1, 2, 2, null) as t (x)
select approx_percentile(x, 0.5e0) from (values 1, 2, 3, 4) as t (x)
select approx_percentile(x, 0.5e0) from (values 1e0, 2e0, 3e0, 4e0, 5e0) as t (x)
select approx_percentile(x, 0.9e0) from (values 1e0, 2e0, 3e0, 4e0) as t (x)
select approx_percentile(x, array[0.25e0, 0.75e0]) from (values 1, 2, 3, 4, 5) as t (x)
select bitwise_or_agg(x) from (values 1, 6) as t (x)
select checksum(x) from (values 1) as t (x)  -- refused: not supported
select x from (values 2, null, 1) as t (x) order by x
select x from (values 2, null, 1) as t (x) order by x desc
select x from (values 2, null, 1) as t (x) order by x nulls first
select x from (values 'b', 'a', 'B', 'ä', null) as t (x) order by x
select x from (values nan(), 1e0, infinity(), null) as t (x) order by x
select x, row_number() over (order by x) from (values 2, null, 1) as t (x) order by 2
select x, rank() over (order by x), dense_rank() over (order by x) from (values 2, 2, 1, null) as t (x) order by x
select x, percent_rank() over (order by x), cume_dist() over (order by x) from (values 2, 2, 1) as t (x) order by x
select x, ntile(2) over (order by x) from (values 1, 2, 3) as t (x) order by x
select x, lag(x) over (order by x), lead(x, 2, 9) over (order by x) from (values 1, 2, 3) as t (x) order by x
select x, first_value(x) over (order by x), last_value(x) over (order by x) from (values 1, 2, 2, 3) as t (x) order by x
select x, nth_value(x, 2) over (order by x) from (values 1, 2, 3) as t (x) order by x
select x, y, last_value(y) ignore nulls over (order by x) from (values (1, 5), (2, null), (3, 7)) as t (x, y) order by x
select x, sum(x) over (order by x) from (values 1, 2, 2, 3) as t (x) order by x
select x, sum(x) over (order by x rows between 1 preceding and current row) from (values 1, 2, 3) as t (x) order by x
select x, avg(x) over (order by x rows between unbounded preceding and 1 preceding) from (values 1, 2, 3) as t (x) order by x
select x, count(*) over (order by x range between 1 preceding and 1 following) from (values 1, 2, 4) as t (x) order by x
select x, sum(x) over () from (values 1.5e0, null) as t (x) order by x
select x, count(*) from (values 1, null, null) as t (x) group by x order by x
select x, y, count(*) from (values (1, 2), (1, 3)) as t (x, y) group by grouping sets ((x), (y), ()) order by x, y
select x, grouping(x), count(*) from (values 1, 2) as t (x) group by rollup (x) order by x
select count(*) from (values 1) as t (x) where x > 1
select sum(x) from (values 1) as t (x) where x > 1 group by x
select x from (values 1, 2, 2, null) as t (x) union select 2 order by x
select x from (values 1, 2, 2, null) as t (x) intersect select 2
select x from (values 1, 2, 2, null) as t (x) except select 2 order by x
select distinct x from (values 1, 1, null, null) as t (x) order by x
select x from (values 1, 2, 3) as t (x) order by x offset 1 limit 1
select n, x from (values 1) as t (n) cross join unnest(array[5, 6]) as u (x) order by x
select x, o from unnest(array['a', 'b']) with ordinality as u (x, o) order by o
select k, v from unnest(map(array['a', 'b'], array[1, 2])) as u (k, v) order by k
select a.x, b.x from (values 1, null) as a (x) left join (values 1, null) as b (x) on a.x = b.x order by a.x
select x from (values 1, 2) as t (x) where x not in (select y from (values 2, null) as u (y))
select x from (values 1, 2) as t (x) where exists (select 1 from (values 2) as u (y) where y = x)
select (select max(y) from (values 2, 3) as u (y)) + 1
select x from (values 1, 2.5e0) as t (x) order by x
select x from (values 1, decimal '2.50') as t (x) order by x
select 1 as a, 1 as a
select 1, 'x', a.* from (values 1) as a (y)
select coalesce(sum(x), 0) from (values decimal '1.5') as t (x) where x > 2
