import type { Stream } from "../../extract/stream.ts";
import { REPORTED } from "../../extract/streams.ts";
import { failureOf } from "../failure.ts";
import type { StreamReport } from "../run/outcome.ts";
import type { RunReport } from "../run/run.ts";

/** What `sync --json` prints: the report without what only this program needs. */
export function syncJson({ exitCode: _, connections, ...report }: RunReport, more: object = {}): string {
  const plain = connections.map(({ streams, ...connection }) => ({
    ...connection,
    streams: Object.fromEntries(Object.entries(streams).map(([name, { failure, ...stream }]) => [name, stream])),
  }));
  const { message, ...rest } = report;
  return `${JSON.stringify({ ...rest, connections: plain, message, ...more }, null, 2)}\n`;
}

/** What a person reads at the end of a run. */
export function syncText(report: RunReport): string {
  const lines = report.connections.map(({ name, org, status: state, streams }) => {
    const read = REPORTED.map((stream) => streamText(stream, streams[stream.reportsAs]));
    const rejected = Object.values(streams).reduce((sum, stream) => sum + stream.rejected, 0);
    return `${name} (${org}): ${state}; ${read.join(", ")}${rejected > 0 ? `, ${rejected} records rejected (see ops.rejected)` : ""}`;
  });
  return `${[...lines, `run ${report.run_id}: ${report.status}, ${report.requests} requests`].join("\n")}\n`;
}

function streamText({ title, records, memory }: Stream, report: StreamReport): string {
  if (report.status === "unavailable") return `no ${title}`;
  const read = `${report.records} ${records}`;
  return memory === "log" || memory === "report" ? `${report.facts_new} new facts from ${read}` : read;
}

/** The report of a run that never came to read anything. */
export function failedSync({ runId, startedAt }: { runId: string; startedAt: Date }, error: unknown): RunReport {
  const { code, message } = failureOf(error);
  return {
    run_id: runId,
    status: "failed",
    started_at: startedAt.toISOString(),
    finished_at: new Date().toISOString(),
    requests: 0,
    connections: [],
    exitCode: code,
    message,
  };
}
