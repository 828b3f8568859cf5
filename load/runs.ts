import { sql } from "kysely";
import { orgNames } from "./organizations.ts";
import type { WarehouseFile } from "./warehouse/open.ts";

/** One row of `ops.runs`. */
export interface RunRecord {
  readonly run_id: string;
  readonly command: string;
  readonly started_at: Date;
  readonly version: string;
}

export interface RunEnd {
  readonly finished_at: Date;
  readonly status: "ok" | "partial" | "failed" | "interrupted" | "skipped";
  readonly exit_code: number;
  readonly requests: number;
  readonly connections: unknown;
  readonly message: string | null;
}

/** Notes that a run began. An earlier run that never ended was killed. */
export async function beginRun({ db }: WarehouseFile, run: RunRecord): Promise<void> {
  await sql`update ops.runs set status = 'killed' where status = 'running'`.execute(db);
  await sql`
    insert into ops.runs by name
    select ${run.run_id} as run_id, ${run.command} as command, ${run.started_at} as started_at, null::timestamp as finished_at, 'running' as status,
      null::integer as exit_code, null::bigint as requests, ${run.version} as version, null::json as connections, null::varchar as message`.execute(
    db,
  );
}

/** Notes how a run ended. */
export async function endRun({ db }: WarehouseFile, runId: string, end: RunEnd): Promise<void> {
  await sql`
    update ops.runs set finished_at = ${end.finished_at}, status = ${end.status}, exit_code = ${end.exit_code}, requests = ${end.requests},
      connections = ${JSON.stringify(end.connections)}, message = ${end.message}
    where run_id = ${runId}`.execute(db);
}

/** Notes a run that ended before it could open the warehouse. */
export async function addSkippedRun({ db }: WarehouseFile, run: RunRecord, message: string): Promise<void> {
  await sql`
    insert into ops.runs by name
    select ${run.run_id} as run_id, ${run.command} as command, ${run.started_at} as started_at, ${run.started_at} as finished_at,
      'skipped' as status, 5 as exit_code, 0 as requests, ${run.version} as version, null::json as connections, ${message} as message
    where not exists (select 1 from ops.runs where run_id = ${run.run_id})`.execute(db);
}

/** Something a person should know of, kept with the run that met it. */
export interface Warning {
  readonly org: string | null;
  readonly stream: string | null;
  readonly kind: string;
  readonly message: string;
}

/** Keeps a warning, once: a rebuild meets what an earlier run has met. Tells whether it is a new one. */
export async function addWarning({ db }: Pick<WarehouseFile, "db">, runId: string, warning: Warning): Promise<boolean> {
  const { stream, kind, message } = warning;
  const org = warning.org === null ? null : (await orgNames(db, warning.org)).org;
  const { numAffectedRows } = await sql`
    insert into ops.warnings by name
    select ${runId} as run_id, ${org} as org, ${stream} as stream, ${new Date()} as warned_at, ${kind} as kind, ${message} as message
    where not exists (
      select 1 from ops.warnings
      where org is not distinct from ${org} and stream is not distinct from ${stream} and kind = ${kind} and message = ${message}
    )`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** Whether an earlier run named this raw file as one that it could not merge. */
export async function wasUnmerged({ db }: Pick<WarehouseFile, "db">, file: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ops.warnings where kind = 'unmerged_raw_file' and contains(message, ${file}::varchar) limit 1`.execute(
    db,
  );
  return rows.length > 0;
}
