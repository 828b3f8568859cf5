/** What the hub remembers of one request: whether a credential came along, never the credential. `foreign` came in by the other origin. */
export type RequestRecord = {
  method: string;
  path: string;
  query: string;
  status: number;
  at: Date;
  authorized: boolean;
  foreign: boolean;
};

/** Requests counted since the hub started; `byPath` has no query in its keys. */
export type RequestCounts = {
  total: number;
  byPath: Record<string, number>;
  byStatus: Record<string, number>;
  inFlight: number;
  peakInFlight: number;
};

const kept = 10_000;
const droppedAtOnce = 1_000;

/** The last ten thousand requests, and counts of all. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  readonly counts: RequestCounts = { total: 0, byPath: {}, byStatus: {}, inFlight: 0, peakInFlight: 0 };

  /** Notes a request that has just come in; its status is 0 until `finish`. */
  start(record: Omit<RequestRecord, "status">): RequestRecord {
    const { counts, records } = this;
    const noted = { ...record, status: 0 };
    if (records.length >= kept) records.splice(0, droppedAtOnce);
    records.push(noted);
    counts.total += 1;
    counts.byPath[record.path] = (counts.byPath[record.path] ?? 0) + 1;
    counts.inFlight += 1;
    counts.peakInFlight = Math.max(counts.peakInFlight, counts.inFlight);
    return noted;
  }

  /** Notes what was answered; 0 where the connection was closed without an answer. */
  finish(record: RequestRecord, status: number): void {
    record.status = status;
    this.counts.byStatus[status] = (this.counts.byStatus[status] ?? 0) + 1;
    this.counts.inFlight -= 1;
  }
}
