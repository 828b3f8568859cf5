import { orgNames } from "./organizations.ts";
import type { WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

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
  await db.updateTable("ops.runs").set({ status: "killed" }).where("status", "=", "running").execute();
  const { run_id, command, started_at, version } = run;
  await db.insertInto("ops.runs").values({ run_id, command, started_at, status: "running", version }).execute();
}

/** Notes how a run ended. */
export async function endRun({ db }: WarehouseFile, runId: string, end: RunEnd): Promise<void> {
  await db
    .updateTable("ops.runs")
    .set({
      finished_at: end.finished_at,
      status: end.status,
      exit_code: end.exit_code,
      requests: end.requests,
      connections: JSON.stringify(end.connections),
      message: end.message,
    })
    .where("run_id", "=", runId)
    .execute();
}

/** Notes a run that ended before it could open the warehouse. */
export async function addSkippedRun({ db }: WarehouseFile, run: RunRecord, message: string): Promise<void> {
  await statement("load/add_skipped_run", { ...run, message }).execute(db);
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
  const values = { run_id: runId, org, stream, kind, message, warned_at: new Date() };
  const { numAffectedRows } = await statement("load/add_warning", values).execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** Whether an earlier run named this raw file as one that it could not merge. */
export async function wasUnmerged({ db }: Pick<WarehouseFile, "db">, file: string): Promise<boolean> {
  const { rows } = await statement("load/warnings_of_unmerged", { file }).execute(db);
  return rows.length > 0;
}
