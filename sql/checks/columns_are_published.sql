-- each published relation has the columns that were promised (more may be there)
-- next: install docktally again and run docktally sync: this program and its sql/ folder do not fit together
with promised (schema_name, relation, columns) as (
  values
    (
      'main',
      'fct_usage',
      'fact_id, org, occurred_at, action, source_action, category, verb, actor, actor_kind, via_token, token_label, '
      'resource, tag, digest, subject, quantity, source, description, data, event_id, run_id, raw_file, raw_row'
    ),
    (
      'main',
      'dim_member',
      'org, username, email, full_name, role, teams, is_guest, valid_from, valid_to, is_current, change_type, run_id'
    ),
    (
      'main',
      'dim_action',
      'source_action, action, category, verb, is_usage, is_automation_likely, known_since'
    ),
    (
      'main',
      'dim_repository',
      'org, repository, first_fact_at, last_fact_at, pushes, last_push_at, last_pusher, actors, is_deleted, is_private, '
      'storage_size, pull_count, last_updated_at, is_listed'
    ),
    (
      'main',
      'dim_org',
      'org, connection, plan, seats_purchased, price_per_seat_month, currency, renewal_date, has_insights'
    ),
    ('main', 'dim_date', 'calendar_date'),
    ('ops', 'runs', 'run_id, command, started_at, finished_at, status'),
    ('ops', 'coverage', 'org, stream, window_from, window_to, read_at, records, assured, run_id'),
    ('ops', 'gaps', 'org, stream, gap_from, gap_to, lost, lost_on'),
    ('ops', 'loaded_files', 'raw_file, org, stream, run_id, records, facts, rejected, duplicates'),
    ('ops', 'rejected', 'org, stream, reason, payload, raw_file, raw_row, run_id'),
    (
      'main',
      'seats',
      'org, connection, plan, seat_type, username, email, full_name, role, teams, is_owner, protected_reason, '
      'member_since_at, tenure_source, tenure_days, invited_at, invite_age_days, joins_90d, last_activity_at, '
      'last_activity, last_activity_source, last_human_activity_at, last_token_activity_at, last_push_at, last_pull_at, '
      'last_login_at, last_seen_at, desktop_version, days_since_activity, active_days_30, active_days_60, active_days_90, '
      'facts_30, facts_90, observed_days, sources_observed, confidence, status, status_reason, threshold_days, '
      'recommendation, previous_status, status_changed_at, price_per_seat_month, currency, wasted_month, saving_year, '
      'saving_effective_date, only_token_activity, looks_like_service_account, moment_id, as_of, run_id, department, manager, cost_center'
    ),
    (
      'main',
      'seat_summary',
      'org, seats_purchased, seats_assigned, active, new, idle, never_active, pending_invite, no_data, seats_spare, '
      'seats_over_assigned, utilization, cost_month, cost_per_active_seat, saving_year_high, saving_year_medium, '
      'saving_year_low, saving_year_invites, saving_realized_year, observed_days, threshold_days, as_of, run_id, '
      'guests, members_without_team, owners_beyond_two, suggested_service_accounts, saving_year_spare, '
      'seats_at_renewal_high, seats_at_renewal_medium, seats_at_renewal_low'
    ),
    ('main', 'member_day', 'org, actor, activity_date, facts'),
    ('main', 'org_day', 'org, activity_date, facts'),
    ('main', 'repository_day', 'org, repository, activity_date, facts, storage_size, pull_count'),
    ('main', 'unmapped_actions', 'org, source_action, facts, sample_payload'),
    ('main', 'dim_team', 'org, team, description, member_count, is_current'),
    ('main', 'team_member', 'org, team, username, valid_from, valid_to, is_current'),
    (
      'main',
      'dim_token',
      'org, token_id, label, created_by, is_active, created_at, expires_at, last_used_at, is_current'
    )
),

wanted as (
  select schema_name, relation, unnest(string_split(columns, ', ')) as column_name
  from promised
)

select
  'columns_are_published' as check_name,
  format('{}.{} has no column {}', wanted.schema_name, wanted.relation, wanted.column_name) as detail
from wanted
anti join duckdb_columns() as columns
  on columns.database_name = current_database()
  and columns.schema_name = wanted.schema_name
  and columns.table_name = wanted.relation
  and columns.column_name = wanted.column_name
