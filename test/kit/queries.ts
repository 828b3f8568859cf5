import { join } from "node:path";
import { onTestFinished } from "vitest";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter } from "../../load/warehouse/open.ts";
import { type Value as QueryValue, query } from "../../transform/query.ts";
import { emptyFolder } from "./at-work.ts";
import { insert, type Row, rowsOf } from "./rows.ts";

const IDENTIFIED = "org varchar, fact_id varchar, row_id bigint, occurred_at timestamp, has_event_id boolean";
const EVENTS = `row_id bigint, file_number int, raw_row bigint, org varchar, hash_org varchar, run_id varchar, account varchar,
  source_action varchar, name varchar, source_actor varchar, occurred_at timestamp, data json, description varchar, event_id varchar`;
/** The relations that a merge makes on its way, as far as the queries of sql/transform read them. */
const TABLES = {
  incoming_files: `number int, path varchar, name varchar, org varchar, first_org varchar, run_id varchar, run_number int,
    read_at timestamp`,
  incoming_lists: "path varchar, name varchar, org varchar, read_at timestamp",
  incoming_payloads: "row_id bigint, file_number int, payload varchar",
  incoming: `row_id bigint, file_number int, org varchar, account varchar, source_action varchar, occurred_at timestamp,
    event_id varchar, reason varchar, payload varchar`,
  incoming_spellings: "org_key varchar, first_account varchar, account varchar, newest_at timestamp",
  incoming_unnamed: EVENTS,
  incoming_events: EVENTS,
  incoming_suspects: EVENTS,
  incoming_hashes: "key bigint, file_number int, org varchar, occurred_at timestamp, hash varchar, portion bigint",
  incoming_gathered: `${IDENTIFIED}, records bigint`,
  incoming_identified: `${IDENTIFIED}, records bigint`,
  incoming_known: "row_id bigint",
  incoming_fresh: IDENTIFIED,
  incoming_shown: IDENTIFIED,
  incoming_shown_facts: `fact_id varchar, org varchar, occurred_at timestamp, source_action varchar, actor varchar,
    token_label varchar, resource varchar, data json, event_id varchar`,
  incoming_compared: `key bigint, is_new boolean, org varchar, fact_id varchar, has_event_id boolean, occurred_at timestamp,
    source_action varchar, resource varchar, actor varchar, token_label varchar, data json, taken boolean`,
  incoming_contents:
    "key bigint, is_new boolean, org varchar, fact_id varchar, has_event_id boolean, taken boolean, hash varchar",
  incoming_met: "row bigint",
  incoming_repeats:
    "row_id bigint, org varchar, event_id varchar, data json, first_data json, is_other boolean, wins boolean",
  incoming_data: "key bigint, hash varchar",
  incoming_members: `raw_row bigint, member_id varchar, username varchar, email varchar, full_name varchar, role varchar, teams varchar[],
    is_guest boolean, company varchar, location varchar, account_created_at timestamp, last_logged_in_at timestamp,
    last_seen_at timestamp, desktop_version varchar, reason varchar, payload varchar`,
  incoming_invites: `raw_row bigint, username varchar, email varchar, team varchar, role varchar, inviter varchar,
    invited_at timestamp, reason varchar, payload varchar`,
  incoming_people: `org varchar, member_key varchar, member_id varchar, username varchar, email varchar, full_name varchar, role varchar,
    seat_type varchar, teams varchar[], is_guest boolean, company varchar, location varchar, account_created_at timestamp,
    invited_at timestamp, inviter varchar`,
  incoming_insights: `member_key varchar, member_id varchar, username varchar, raw_row bigint, last_logged_in_at timestamp,
    last_seen_at timestamp, desktop_version varchar`,
  stale_actors: "org varchar, actor varchar, kind varchar, used_from timestamp, used_until timestamp",
  known_people: "org varchar, actor varchar, kind varchar, used_from timestamp, used_until timestamp",
};

type Values = Readonly<Record<string, QueryValue>>;

/** A new warehouse, closed after the test, on which one query at a time is run. */
export async function queries() {
  const folder = emptyFolder();
  const warehouse = await openWriter(folder);
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  const { connection, db } = warehouse;
  for (const [name, columns] of Object.entries(TABLES)) await connection.run(`create temp table ${name} (${columns})`);
  const text = (name: string, values: Values = {}) => query(name, values).compile(db).sql;
  return {
    connection,
    text,
    rows: (sql: string) => rowsOf(connection, sql),
    /** Puts rows into a table; columns that are left out are null. */
    given: (table: keyof typeof TABLES, rows: Row[]) => insert(connection, table, rows),
    /** What a query of sql/transform returns: these columns, in the order of all of them. */
    ask: (name: string, values: Values = {}, columns = "*") =>
      rowsOf(connection, `select ${columns} from (${text(name, values)}) order by all`),
    /** Runs a statement of sql/transform that returns nothing. */
    run: (name: string) => connection.run(text(name)),
    /** A raw file with these payloads, read at `at`; its path. */
    rawFile: async (payloads: readonly string[], at = "2026-06-01 00:00:00", run = "r1") => {
      const path = join(folder, `${run}.parquet`);
      await connection.run("create or replace temp table payloads (n int, payload varchar)");
      await insert(
        connection,
        "payloads",
        payloads.map((payload, n) => ({ n, payload })),
      );
      await connection.run(
        `copy (select '${run}' as run_id, timestamp '${at}' as window_to, payload from payloads order by n) to '${path}' (format parquet)`,
      );
      return path;
    },
    /** Facts of the warehouse. */
    facts: (rows: Row[]) =>
      insert(
        connection,
        "fct_usage",
        rows.map((row) => ({
          ...{ org: "acme", occurred_at: "2026-05-01 00:00:00", action: "repo.push", source_action: "repo.tag.push" },
          ...{
            category: "repo",
            verb: "push",
            actor_kind: "unknown",
            via_token: false,
            quantity: 1,
            source: "auditlog",
          },
          ...{ run_id: "r0", raw_file: "f0", raw_row: 0 },
          ...row,
        })),
      ),
    /** Periods of the members' history. */
    members: (rows: Row[]) =>
      insert(
        connection,
        "dim_member",
        rows.map((row) => ({
          ...{ org: "acme", member_key: row.username ?? row.email ?? null, person: row.username ?? row.email ?? null },
          ...{ seat_type: "member", role: "Member", teams: [], is_guest: false, valid_from: "2026-01-01 00:00:00" },
          ...{ is_current: true, change_type: "initial", run_id: "r0" },
          ...row,
        })),
      ),
  };
}
