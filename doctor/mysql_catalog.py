"""What the catalogs of MariaDB and MySQL are asked; each statement names the columns of `doctor.facts`."""

_OTHERS = "table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')"

TABLES = f"""
select
    table_schema, table_name, case table_type when 'VIEW' then 'view' else 'table' end,
    table_rows, data_length + index_length, coalesce(engine, '')
from information_schema.tables
where table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') and {_OTHERS}
order by table_schema, table_name
"""

COLUMNS = f"""
select
    table_schema, table_name, column_name, data_type, column_type, is_nullable = 'YES',
    lower(extra) like '%on update%', lower(privileges) like '%select%'
from information_schema.columns
where {_OTHERS}
order by table_schema, table_name, ordinal_position
"""

# A prefix of a text finds a range, but keeps nothing unique. Indexes over expressions have no column name.
INDEXES = f"""
select
    table_schema, table_name, index_name, column_name, non_unique = 0 and sub_part is null
from information_schema.statistics
where index_type = 'BTREE' and {_OTHERS}
order by table_schema, table_name, index_name, seq_in_index
"""

SERVER = """
select
    version(), database(), current_user(), timestampdiff(second, utc_timestamp(), now()),
    convert_tz('2026-07-01 12:00:00', 'UTC', 'Europe/Berlin') is not null
"""

CLOCK = "select unix_timestamp(now(6))"

SETTINGS = """
show session variables where variable_name in (
    'sql_mode', 'time_zone', 'system_time_zone', 'wait_timeout', 'net_write_timeout', 'max_statement_time',
    'max_execution_time', 'max_connections', 'max_user_connections', 'read_only', 'super_read_only'
)
"""

STATUS = "show status where variable_name in ('Ssl_version', 'Threads_connected')"

GRANTS = "show grants"

OWN_SESSIONS = "select count(*) from information_schema.processlist where id <> connection_id() and user = %s"

# Needs the privilege PROCESS. A transaction that has changed nothing yet has no weight.
OLDEST_WRITE = """
select max(timestampdiff(second, trx_started, now()))
from information_schema.innodb_trx
where trx_rows_modified > 0
"""
