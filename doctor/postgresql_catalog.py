"""What PostgreSQL's catalogs are asked; each statement names the columns of `doctor.facts`."""

_OTHERS = r"namespace.nspname !~ '^(pg_|information_schema$)'"

# Partitions are left out: their parent stands for them, with the sum of their sizes.
TABLES = f"""
with recursive part (root, oid) as (
    select oid, oid from pg_class where relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition
    union all
    select part.root, pg_inherits.inhrelid
    from part
    join pg_inherits on pg_inherits.inhparent = part.oid
    join pg_class as child on child.oid = pg_inherits.inhrelid and child.relispartition
),
size (oid, estimate, bytes) as (
    select
        part.root,
        sum(nullif(piece.reltuples, -1)),
        sum(case when piece.relkind in ('r', 'm') then pg_table_size(piece.oid) end)
    from part
    join pg_class as piece on piece.oid = part.oid
    where piece.relkind <> 'p'
    group by part.root
)
select
    relation.oid::bigint,
    namespace.nspname,
    relation.relname,
    case relation.relkind
        when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
        when 'm' then 'materialized view' else 'foreign table'
    end,
    case when relation.relkind in ('v', 'f') then null else size.estimate::bigint end,
    size.bytes::bigint,
    has_schema_privilege(namespace.oid, 'usage') and has_any_column_privilege(relation.oid, 'select'),
    array_remove(array[
        case when has_any_column_privilege(relation.oid, 'insert') then 'INSERT' end,
        case when has_any_column_privilege(relation.oid, 'update') then 'UPDATE' end,
        case when has_table_privilege(relation.oid, 'delete') then 'DELETE' end,
        case when has_table_privilege(relation.oid, 'truncate') then 'TRUNCATE' end
    ], null),
    row_security_active(relation.oid)
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
left join size on size.oid = relation.oid
where relation.relkind in ('r', 'p', 'v', 'm', 'f') and not relation.relispartition and {_OTHERS}
order by 2, 3
"""

COLUMNS = f"""
select
    attribute.attrelid::bigint,
    attribute.attname,
    case
        when base.typelem <> 0 and base.typlen = -1 and base.typcategory = 'A' then 'ARRAY'
        when base_namespace.nspname = 'pg_catalog' then format_type(base.oid, null)
        else 'USER-DEFINED'
    end,
    format_type(attribute.atttypid, attribute.atttypmod),
    not attribute.attnotnull,
    has_column_privilege(attribute.attrelid, attribute.attnum, 'select')
from pg_attribute as attribute
join pg_class as relation on relation.oid = attribute.attrelid
join pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_type as declared on declared.oid = attribute.atttypid
join pg_type as base on base.oid = coalesce(nullif(declared.typbasetype, 0), declared.oid)
join pg_namespace as base_namespace on base_namespace.oid = base.typnamespace
where attribute.attnum > 0 and not attribute.attisdropped
    and relation.relkind in ('r', 'p', 'v', 'm', 'f') and not relation.relispartition and {_OTHERS}
order by attribute.attrelid, attribute.attnum
"""

# Only what a range scan over the whole table can use: valid, not partial, ordered or BRIN.
INDEXES = f"""
select
    index.indrelid::bigint,
    index.indisprimary,
    index.indisunique and index.indimmediate,
    array(
        select coalesce(attribute.attname, pg_get_indexdef(index.indexrelid, part.place::integer, true))
        from unnest(index.indkey::smallint[]) with ordinality as part (attnum, place)
        left join pg_attribute as attribute
            on attribute.attrelid = index.indrelid and attribute.attnum = part.attnum and part.attnum > 0
        where part.place <= index.indnkeyatts
        order by part.place
    )::text[]
from pg_index as index
join pg_class as relation on relation.oid = index.indrelid
join pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_class as entry on entry.oid = index.indexrelid
join pg_am as method on method.oid = entry.relam
where index.indisvalid and index.indpred is null and method.amname in ('btree', 'brin')
    and not relation.relispartition and {_OTHERS}
order by index.indrelid, index.indexrelid
"""

SERVER = """
select
    current_setting('server_version'),
    current_database(),
    coalesce(current_schema(), 'public'),
    current_user,
    current_setting('TimeZone'),
    extract(timezone from now())::integer,
    pg_is_in_recovery()
"""

CLOCK = "select extract(epoch from clock_timestamp())::double precision"

TLS = "select version from pg_stat_ssl where pid = pg_backend_pid() and ssl"

SETTINGS = """
select name, reset_val, coalesce(unit, '')
from pg_settings
where name in (
    'statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'hot_standby_feedback',
    'max_standby_streaming_delay', 'server_encoding'
)
"""

# The sessions of other users are counted too; only what they do is hidden.
CONNECTIONS = """
select
    current_setting('max_connections')::integer
        - (select coalesce(sum(setting::integer), 0) from pg_settings
           where name in ('superuser_reserved_connections', 'reserved_connections')),
    (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()),
    nullif(least(
        nullif((select rolconnlimit from pg_roles where rolname = current_user), -1),
        nullif((select datconnlimit from pg_database where datname = current_database()), -1)
    ), -1),
    (select count(*) from pg_stat_activity
     where backend_type = 'client backend' and usename = current_user and pid <> pg_backend_pid())
"""

POWERS = """
select name
from (
    select 'superuser' as name, rolsuper as has from pg_roles where rolname = current_user
    union all
    select 'may create roles', rolcreaterole from pg_roles where rolname = current_user
    union all
    select 'owner of the database', pg_has_role(datdba, 'usage') from pg_database where datname = current_database()
    union all
    select 'pg_write_all_data', pg_has_role(oid, 'usage') from pg_roles where rolname = 'pg_write_all_data'
) as power
where has
"""

# Replayed everything that was received, while still connected: not behind, however long ago the last commit was.
LAG = """
select case
    when pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() and exists (select from pg_stat_wal_receiver) then 0
    else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::double precision
end
"""

# Of other users' sessions only a member of pg_read_all_stats sees since when they write.
OLDEST_WRITE = """
select max(extract(epoch from clock_timestamp() - xact_start))::double precision
from pg_stat_activity
where backend_xid is not null and datname = current_database()
"""
