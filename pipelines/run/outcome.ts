import type { SourceError } from "../../extract/hub/errors.ts";
import { REPORTED, type ReportedName } from "../../extract/streams.ts";
import type { Warning } from "../../load/runs.ts";

/** What a command's end means; in --help and in the README. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  partial: 4,
  held: 5,
  checkFailed: 6,
  interrupted: 130,
  terminated: 143,
} as const;

export const EXIT_HELP = `Exit codes:
  0  done
  1  unexpected failure
  2  bad usage or configuration
  3  credentials or permissions refused, nothing loaded
  4  partial: something loaded, something could not be
  5  another run holds the warehouse
  6  loaded, but a data check failed (not published); status: the newest load is older than --max-age
  130, 143  interrupted (SIGINT, SIGTERM); what was complete is kept`;

/** What became of one stream of one connection. */
export interface StreamReport {
  status: "ok" | "unavailable" | "failed";
  records: number;
  facts_new: number;
  rejected: number;
  /** Windows (or snapshots) read to their end. */
  windows: number;
  /** Lists that moved while they were read, and were read again. */
  moved: number;
  message: string | null;
  /** Why it failed, for the exit code; not printed. */
  failure: FailureKind | null;
}

/** refused: by the credential; guarded: read and not merged; off: in the configuration; optional: not within reach, and not needed. */
export type FailureKind = SourceError["failure"] | "guarded" | "off" | "optional";

export interface ConnectionReport {
  name: string;
  org: string;
  status: "ok" | "partial" | "failed";
  streams: Record<ReportedName, StreamReport>;
}

/** What reading a stream came to, before anything of it was merged. */
export interface StreamRead extends Omit<StreamReport, "facts_new" | "rejected"> {
  /** What is kept of it in `ops.warnings`. */
  readonly warnings: readonly Warning[];
  /** Why it failed. */
  readonly error: SourceError | null;
  /** What ended the reading of the whole connection. */
  readonly endedBy: SourceError | null;
}

/** A stream of which nothing was read. */
export const UNREAD: StreamRead = {
  status: "ok",
  records: 0,
  windows: 0,
  moved: 0,
  message: null,
  failure: null,
  warnings: [],
  error: null,
  endedBy: null,
};

/** Whether a stream counts for the outcome: one that is switched off or not needed does not. */
function isCounted({ failure }: StreamReport): boolean {
  return failure !== "off" && failure !== "optional";
}

function counted(connections: readonly ConnectionReport[]): StreamReport[] {
  return connections.flatMap(({ streams }) => Object.values(streams)).filter(isCounted);
}

/** Whether anything was loaded of what a run is for. */
function isLoaded(connections: readonly Pick<ConnectionReport, "streams">[]): boolean {
  const own = REPORTED.filter(({ isOptional }) => !isOptional);
  return connections.some(({ streams }) => own.some(({ reportsAs }) => wasLoaded(streams[reportsAs])));
}

/** Whether every server's clock was more than a day from ours: ours may be the wrong one, and no seat is judged by it. */
export function isEveryClockWrong(connections: readonly ConnectionReport[]): boolean {
  return connections.length > 0 && counted(connections).every(({ failure }) => failure === "clock");
}

/** The connection's status by its streams'. */
export function connectionStatus(streams: ConnectionReport["streams"]): ConnectionReport["status"] {
  if (
    Object.values(streams)
      .filter(isCounted)
      .every(({ status }) => status === "ok")
  )
    return "ok";
  return isLoaded([{ streams }]) ? "partial" : "failed";
}

/** A stream that failed half-way has still loaded what it read; one that was not asked for (members, with --from) loaded nothing. */
function wasLoaded(stream: Pick<StreamReport, "windows">): boolean {
  return stream.windows > 0;
}

/** The exit code of a sync by what became of its streams. */
export function syncExitCode(connections: readonly ConnectionReport[]): number {
  const streams = counted(connections);
  if (streams.every(({ status }) => status === "ok")) return EXIT.done;
  if (isLoaded(connections) || streams.some(({ failure }) => failure === "guarded")) return EXIT.partial;
  return streams.some(({ failure }) => failure === "refused") ? EXIT.refused : EXIT.unexpected;
}
