import { BrokenDownloadError } from "../../extract/hub/download.ts";
import { SourceError } from "../../extract/hub/errors.ts";
import type { PageRows } from "../../extract/raw/parquet.ts";
import type { Issue, ReportStream } from "../../extract/stream.ts";
import { BadReportError } from "../../extract/streams/pulls.ts";
import type { NamedStream } from "../../extract/streams.ts";
import { coveredWindows } from "../../load/coverage.ts";
import { failureOf, type ListTask } from "./list.ts";
import { type StreamRead, UNREAD } from "./outcome.ts";
import { metaOf, sourceError } from "./reading.ts";

/** How often one report is fetched where its download breaks off or its link expires. */
const MOST_TRIES = 5;
/** A server whose reports fail one after the other is left alone until the next run. */
const MOST_FAILURES = 3;

/**
 * Reads the reports that are missing, or were issued again, each to its own raw file while it comes. One that fails leaves no
 * file and keeps no other from being read.
 */
export async function readReports(task: ListTask, stream: ReportStream & NamedStream): Promise<StreamRead> {
  const source = task.sourceOf(stream);
  let read: StreamRead = UNREAD;
  let failures = 0;
  try {
    const covered = await coveredWindows(task.warehouse, task.org, stream.name);
    const issues = await stream.issues(source, { covered });
    for (const [done, issue] of issues.entries()) {
      try {
        const records = await keepReport(task, stream, issue);
        read = { ...read, windows: read.windows + 1, records: read.records + records };
        failures = 0;
      } catch (error) {
        const failed = failureOf(task, { stream, windows: done + 1 }, error);
        if (read.status === "ok") read = { ...read, ...failed };
        failures += isOfOneReport(error) ? 0 : 1;
        if (failed.endedBy || failures >= MOST_FAILURES) return { ...read, ...(failed.endedBy ? failed : {}) };
      }
    }
    return read;
  } catch (error) {
    return { ...read, ...failureOf(task, { stream, windows: read.windows }, error) };
  }
}

/** Whether it says nothing of the others: a report that is none, or whose link is never valid. */
function isOfOneReport(error: unknown): boolean {
  return error instanceof BadReportError || (error instanceof UnreadableReportError && !error.isPassing);
}

/** Fetches one report to its raw file and hands it on; gives how many rows it has. */
async function keepReport(task: ListTask, stream: ReportStream & NamedStream, issue: Issue): Promise<number> {
  const source = task.sourceOf(stream);
  const meta = { ...metaOf(task, stream, { kind: "report", window: issue.window }), version: issue.version };
  for (let attempt = 1; ; attempt++) {
    let records = 0;
    const counted = async function* (): AsyncGenerator<readonly PageRows[]> {
      for await (const page of stream.read(source, issue)) {
        records += page.page.starts.length;
        yield [page];
      }
    };
    try {
      const file = await task.store.writeStream(meta, counted());
      await task.merge([file], records);
      return records;
    } catch (error) {
      if (!(error instanceof BrokenDownloadError)) throw sourceError(error);
      if (attempt >= MOST_TRIES) throw new UnreadableReportError(error, attempt);
      if (error.isPassing) await source.hub.pauseBeforeTry(attempt);
    }
  }
}

/** A report that could not be fetched whole, however often. */
class UnreadableReportError extends SourceError {
  override readonly name = "UnreadableReportError";
  override readonly hint = "later";
  readonly isPassing: boolean;
  constructor(cause: BrokenDownloadError, tries: number) {
    super(`${cause.message}, after ${tries} tries; nothing of that report was kept`, { cause });
    this.isPassing = cause.isPassing;
  }
}
