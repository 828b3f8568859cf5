import type { HubClient } from "../hub/client.ts";
import { type Page, recordText, slicePage } from "../page.ts";
import { pagesOf } from "../paging.ts";
import type { PageRows } from "../raw/parquet.ts";
import { type ReadEnd, type Source, type Stream, WHOLE } from "../stream.ts";

const MOST_READINGS = 3;
const MOST_PAGES = 10_000;

/** Where an organization's members are. */
export function membersPath(org: string): string {
  return `/v2/orgs/${encodeURIComponent(org)}/members`;
}

/**
 * All members of an organization, invitees included (`GET /v2/orgs/{org}/members`, 100 a page; Docker's OpenAPI document
 * types the reply as an array, every real client reads one object). A list whose length disagrees with its own `count` is
 * read again, three times at most; then whoever was seen at all is kept, with a warning.
 */
export const members = {
  name: "members",
  title: "members",
  records: "people",
  memory: "snapshot",
  reportsAs: "members",
  origin: "hub",
  needs: {
    scopes: [
      { name: "Member Read", id: "scope-member-read" },
      { name: "Group Read", id: "scope-group-read" },
    ],
    plan: null,
    setting: null,
  },
  isOptional: false,
  unread: null,
  plan: () => [null],
  read: readMembers,
  async probe({ hub, org }) {
    const page = await fetchPage(hub, org, 1);
    const count = typeof page.envelope.count === "number" ? page.envelope.count : page.starts.length;
    const hasInsights = page.starts.some((_, i) => /"last_(seen|logged_in)_at"\s*:\s*"/.test(recordText(page, i)));
    const insights = hasInsights
      ? "on"
      : "off (Business only, switched on by Docker on request): who only pulls or uses Docker Desktop cannot be seen";
    return { message: `${count} people; Insights ${insights}` };
  },
} as const satisfies Stream<null>;

/** The whole list is needed together: whether it moved, only its end tells. */
async function* readMembers({ hub, org }: Source): AsyncGenerator<PageRows, ReadEnd<null>, undefined> {
  const readings: ListReading[] = [];
  for (let n = 1; n <= MOST_READINGS; n++) {
    const reading = await readList(hub, org);
    if (reading.settled) {
      yield* peopleOf(reading);
      return { ...WHOLE, moved: n > 1 };
    }
    const same = readings.some((earlier) => earlier.signature === reading.signature);
    readings.push(reading);
    if (same) {
      yield* peopleOf(reading);
      const warning = `the member list says count ${reading.count} but held ${reading.people.size} twice; taken as it is`;
      return { ...WHOLE, moved: true, warning };
    }
  }
  yield* everybodyOf(readings);
  const warning = `the member list changed during each of ${MOST_READINGS} readings; everybody seen in any of them is kept until the next run`;
  return { ...WHOLE, moved: true, warning };
}

interface ListReading {
  readonly pages: readonly Page[];
  readonly count: number | null;
  /** Person → where they stand: page index and record index. */
  readonly people: ReadonlyMap<string, readonly [number, number]>;
  readonly settled: boolean;
  readonly signature: string;
}

async function readList(hub: HubClient, org: string): Promise<ListReading> {
  const pages: Page[] = [];
  const people = new Map<string, [number, number]>();
  const counts = new Set<number>();
  let repeats = 0;
  for await (const { page, number } of pagesOf((n) => fetchPage(hub, org, n), MOST_PAGES)) {
    const before = people.size;
    for (let i = 0; i < page.starts.length; i++) {
      const key = personKey(recordText(page, i), number, i);
      if (people.has(key)) repeats++;
      else people.set(key, [pages.length, i]);
    }
    pages.push(page);
    const count = page.envelope.count;
    if (typeof count === "number") counts.add(count);
    if (people.size === before) break;
    if (counts.size === 1 && people.size >= Math.max(...counts) && !page.envelope.next) break;
  }
  const count = [...counts].at(-1) ?? null;
  const settled = repeats === 0 && counts.size <= 1 && (count === null || count === people.size);
  return { pages, count, people, settled, signature: [...people.keys()].sort().join("\n") };
}

function fetchPage(hub: HubClient, org: string, page: number): Promise<Page> {
  const query = { page, page_size: hub.limits.page_size, type: "all", invites: true };
  return hub.get(membersPath(org), query, (body) => slicePage(body, "results", new Date()));
}

/**
 * Who a record is about: username, else e-mail, else id; a record without any stands for itself. Somebody who joined while
 * an invitation stayed open is listed twice, and both records are kept.
 */
function personKey(text: string, page: number, i: number): string {
  try {
    const record = JSON.parse(text) as Record<string, unknown> | null;
    const seat = /^invitee$/i.test(String(record?.role)) ? "invitee " : "";
    for (const key of ["username", "email", "id"]) {
      const value = record?.[key];
      if (typeof value === "string" && value !== "") return `${seat}${key}:${value.toLowerCase()}`;
    }
  } catch {
    // a record that cannot be read is kept; merging will reject it with its payload
  }
  return `place:${page}:${i}`;
}

/** Each person of one reading, once. */
function peopleOf(reading: ListReading): PageRows[] {
  const only = reading.pages.map((): number[] => []);
  for (const [p, i] of reading.people.values()) only[p]!.push(i);
  return reading.pages.map((page, p) => ({ page, number: p + 1, only: only[p]! }));
}

/** Each person of any reading, as the last of them had it. */
function everybodyOf(readings: readonly ListReading[]): PageRows[] {
  const seen = new Set<string>();
  const pages: PageRows[] = [];
  for (const reading of readings.toReversed()) {
    const only = reading.pages.map((): number[] => []);
    for (const [key, [p, i]] of reading.people) {
      if (seen.has(key)) continue;
      seen.add(key);
      only[p]!.push(i);
    }
    for (const [p, page] of reading.pages.entries())
      if (only[p]!.length > 0) pages.push({ page, number: p + 1, only: only[p]! });
  }
  return pages;
}
