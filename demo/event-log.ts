/** What a filter looks at: the time in milliseconds since 1970 and the three texts that the API filters by. */
export type EventFields = { atMs: number; action: string; name: string; actor: string };

/** Audit events, oldest first. `record` is the JSON text of one, ready to be sent. */
export interface EventSource {
  readonly count: number;
  atMs(index: number): number;
  fields(index: number): EventFields;
  record(index: number): string;
}

/** An event to be recorded. `dataText` is raw JSON and wins over `data`; `null` for `data` is sent as null, `undefined` leaves it out. */
export type EventDraft = {
  account: string;
  action: string;
  name: string;
  actor: string;
  atMs: number;
  eventId?: string | undefined;
  data?: unknown;
  dataText?: string;
  description?: string;
  timestamp?: string;
};

type Listed = EventFields & { text: string; baseBefore: number };

const nothing: EventSource = {
  count: 0,
  atMs: () => Number.NaN,
  fields: () => {
    throw new RangeError("no such event");
  },
  record: () => "",
};

/** The JSON text of an event, in the key order of Docker's own examples. */
export function eventText(draft: EventDraft): string {
  const parts = draft.eventId === undefined ? [] : [`"event_id":${JSON.stringify(draft.eventId)}`];
  for (const key of ["account", "action", "name", "actor"] as const)
    parts.push(`"${key}":${JSON.stringify(draft[key])}`);
  const data = draft.dataText ?? JSON.stringify(draft.data);
  if (data !== undefined) parts.push(`"data":${data}`);
  parts.push(`"timestamp":${JSON.stringify(draft.timestamp ?? new Date(draft.atMs).toISOString())}`);
  parts.push(`"action_description":${JSON.stringify(draft.description ?? draft.action)}`);
  return `{${parts.join(",")}}`;
}

/** The first index whose time is `ms` or later. */
function lowerBound(count: number, atMs: (index: number) => number, ms: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (atMs(middle) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The audit log of one account: generated events (`base`, may be none) with listed ones merged in by time.
 * Indexes are 0 for the oldest event that is still kept, and move when events are added or forgotten.
 */
export class EventLog implements EventSource {
  readonly #base: EventSource;
  #listed: Listed[] = [];
  #floorMs = Number.NEGATIVE_INFINITY;
  #forgotten = 0;

  constructor(drafts: readonly EventDraft[] = [], base: EventSource = nothing) {
    this.#base = base;
    this.#listed = drafts.map((draft) => this.#list(draft)).sort((left, right) => left.atMs - right.atMs);
  }

  get count(): number {
    return this.#total - this.#forgotten;
  }

  /** Adds an event at its place in time, after those of the same millisecond. */
  add(draft: EventDraft): void {
    const place = lowerBound(this.#listed.length, (index) => this.#listed[index]!.atMs, draft.atMs + 1);
    this.#listed.splice(place, 0, this.#list(draft));
    this.forgetBefore(this.#floorMs);
  }

  /** Drops every event older than `ms`, for good: events added later with such a time are dropped as well. */
  forgetBefore(ms: number): void {
    this.#floorMs = Math.max(ms, this.#floorMs);
    this.#forgotten = lowerBound(this.#total, (index) => this.#at(index), this.#floorMs);
  }

  /** The half-open range of indexes whose time is in [fromMs, toMs). */
  find(fromMs: number, toMs: number): [low: number, high: number] {
    const low = lowerBound(this.count, (index) => this.atMs(index), fromMs);
    return [
      low,
      Math.max(
        low,
        lowerBound(this.count, (index) => this.atMs(index), toMs),
      ),
    ];
  }

  atMs(index: number): number {
    return this.#at(index + this.#forgotten);
  }

  fields(index: number): EventFields {
    const place = this.#locate(index + this.#forgotten);
    return typeof place === "number" ? this.#base.fields(place) : place;
  }

  record(index: number): string {
    const place = this.#locate(index + this.#forgotten);
    return typeof place === "number" ? this.#base.record(place) : place.text;
  }

  get #total(): number {
    return this.#base.count + this.#listed.length;
  }

  #list(draft: EventDraft): Listed {
    const { atMs, action, name, actor } = draft;
    const baseBefore = lowerBound(this.#base.count, (index) => this.#base.atMs(index), atMs + 1);
    return { atMs, action, name, actor, text: eventText(draft), baseBefore };
  }

  #at(raw: number): number {
    const place = this.#locate(raw);
    return typeof place === "number" ? this.#base.atMs(place) : place.atMs;
  }

  /** The listed event at a merged position, or the index in the base. Listed event k stands at baseBefore + k. */
  #locate(raw: number): Listed | number {
    if (this.#base.count === 0) {
      const only = this.#listed[raw];
      if (only === undefined) throw new RangeError(`no event ${raw}`);
      return only;
    }
    const after = lowerBound(this.#listed.length, (k) => this.#listed[k]!.baseBefore + k, raw + 1);
    const last = this.#listed[after - 1];
    return last !== undefined && last.baseBefore + after - 1 === raw ? last : raw - after;
  }
}
