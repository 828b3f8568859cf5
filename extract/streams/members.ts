import type { Hub } from "../hub/client.ts";
import { NotFoundError } from "../hub/errors.ts";
import { type Page, recordText, slicePage } from "../page.ts";
import type { PageRows } from "../raw/parquet.ts";

export const MEMBERS_STREAM = "members";

/** A whole list as it stood at one time, as well as can be told. */
export interface Snapshot {
  readonly pages: readonly PageRows[];
  readonly records: number;
  /** The list moved while it was read: the count disagreed or a record came twice. */
  readonly moved: boolean;
  readonly warning: string | null;
}

const SWEEPS = 3;
const MOST_PAGES = 10_000;

/**
 * All members of an organization, invitees included (`GET /v2/orgs/{org}/members`, 100 a page; Docker's OpenAPI document
 * types the reply as an array, every real client reads one object). A list whose length disagrees with its own `count` is
 * read again, three times at most; then whoever was seen at all is kept, and it is said.
 */
export async function readMembers(hub: Hub, org: string): Promise<Snapshot> {
  const sweeps: Sweep[] = [];
  for (let n = 1; n <= SWEEPS; n++) {
    const sweep = await readList(hub, membersPath(org));
    if (sweep.settled) return snapshotOf(sweep, n > 1);
    const twin = sweeps.find((earlier) => earlier.signature === sweep.signature);
    sweeps.push(sweep);
    if (twin) {
      const warning = `the member list says count ${sweep.count} but held ${sweep.people.size} twice; taken as it is`;
      return { ...snapshotOf(sweep, true), warning };
    }
  }
  return settled(sweeps);
}

/** Where an organization's members are. */
export function membersPath(org: string): string {
  return `/v2/orgs/${encodeURIComponent(org)}/members`;
}

interface Sweep {
  readonly pages: readonly Page[];
  readonly count: number | null;
  /** Person → where they stand: page index and record index. */
  readonly people: ReadonlyMap<string, readonly [number, number]>;
  readonly settled: boolean;
  readonly signature: string;
}

async function readList(hub: Hub, path: string): Promise<Sweep> {
  const pages: Page[] = [];
  const people = new Map<string, [number, number]>();
  const counts = new Set<number>();
  let repeats = 0;
  for (let number = 1; number <= MOST_PAGES; number++) {
    const page = await fetchPage(hub, path, number);
    if (page === null || page.starts.length === 0) break;
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

async function fetchPage(hub: Hub, path: string, page: number): Promise<Page | null> {
  const query = { page, page_size: hub.limits.page_size, type: "all", invites: true };
  try {
    return await hub.get(path, query, (body) => slicePage(body, "results", new Date()));
  } catch (error) {
    if (error instanceof NotFoundError && page > 1) return null;
    throw error;
  }
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

function snapshotOf(sweep: Sweep, moved: boolean): Snapshot {
  const only = sweep.pages.map((): number[] => []);
  for (const [p, i] of sweep.people.values()) only[p]!.push(i);
  const pages = sweep.pages.map((page, p) => ({ page, number: p + 1, only: only[p]! }));
  return { pages, records: sweep.people.size, moved, warning: null };
}

function settled(sweeps: readonly Sweep[]): Snapshot {
  const seen = new Set<string>();
  const pages: PageRows[] = [];
  for (const sweep of [...sweeps].reverse()) {
    const only = sweep.pages.map((): number[] => []);
    for (const [key, [p, i]] of sweep.people) {
      if (seen.has(key)) continue;
      seen.add(key);
      only[p]!.push(i);
    }
    for (const [p, page] of sweep.pages.entries())
      if (only[p]!.length > 0) pages.push({ page, number: p + 1, only: only[p]! });
  }
  const warning = `the member list changed during each of ${SWEEPS} readings; everybody seen in any of them is kept until the next run`;
  return { pages, records: seen.size, moved: true, warning };
}
