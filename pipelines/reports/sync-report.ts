import { newRunId } from "../../extract/raw/store.ts";
import { failureOf } from "../failure.ts";
import type { SyncReport } from "../run/sync.ts";

/** What `sync --json` prints: the report without what only this program needs. */
export function syncJson({ exitCode: _, connections, ...report }: SyncReport, more: object = {}): string {
  const plain = connections.map(({ streams, ...connection }) => ({
    ...connection,
    streams: Object.fromEntries(Object.entries(streams).map(([name, { failure, ...stream }]) => [name, stream])),
  }));
  const { message, ...rest } = report;
  return `${JSON.stringify({ ...rest, connections: plain, message, ...more }, null, 2)}\n`;
}

/** What a person reads at the end of a run. */
export function syncText(report: SyncReport): string {
  const lines = report.connections.map(({ name, org, status: state, streams: { members, auditlog } }) => {
    const events =
      auditlog.status === "unavailable"
        ? "no audit log"
        : `${auditlog.facts_new} new facts from ${auditlog.records} audit records`;
    const rejected = members.rejected + auditlog.rejected;
    return `${name} (${org}): ${state}; ${members.records} people, ${events}${rejected > 0 ? `, ${rejected} records rejected (see ops.rejected)` : ""}`;
  });
  return `${[...lines, `run ${report.run_id}: ${report.status}, ${report.requests} requests`].join("\n")}\n`;
}

/** The report of a run that never came to read anything. */
export function failedSync(startedAt: Date, error: unknown): SyncReport {
  const { code, message } = failureOf(error);
  return {
    run_id: newRunId(startedAt),
    status: "failed",
    started_at: startedAt.toISOString(),
    finished_at: new Date().toISOString(),
    requests: 0,
    connections: [],
    exitCode: code,
    message,
  };
}
