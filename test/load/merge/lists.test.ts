import { expect, it, onTestFinished } from "vitest";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { buildMarts } from "../../../load/marts.ts";
import { loadActionRules } from "../../../load/merge/actions.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";
import { emptyFolder, type Row } from "../../kit/at-work.ts";

const START = Date.parse("2026-05-01T06:00:00Z");
const HOUR = 3_600_000;

/** A new warehouse, and lists that are written to its raw zone: each of an instant, some hours after the first of May. */
async function begin() {
  const warehouse = await openWriter(emptyFolder());
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  await loadActionRules(warehouse);
  // what is asked here are views
  await buildMarts(warehouse);
  const store = new RawStore(warehouse.dataDir);
  const write = (stream: string, hours: number, records: readonly unknown[]) => {
    const at = new Date(START + hours * HOUR);
    const page = slicePage(Buffer.from(JSON.stringify({ results: records })), "results", at);
    const kind = stream === "actions" ? ("catalog" as const) : ("snapshot" as const);
    const meta = { org: "acme", stream, kind, run_id: newRunId(at), read_at: at, window_from: at, window_to: at };
    return store.write(meta, [{ page, number: 1 }]);
  };
  const merge = async (...files: string[]) => {
    const { counts, broken, unmerged } = await mergeRawFiles(warehouse, files);
    expect([broken, unmerged]).toEqual([[], []]);
    return counts;
  };
  const rows = async (query: string): Promise<Row[]> => {
    const { columns, rows: found } = await readRows(warehouse.connection, query);
    const small = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
    return found.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, small(row[i])])));
  };
  return { write, merge, rows };
}

const repository = (name: string, size: number, more: Row = {}) => ({
  ...{ name, namespace: "acme", is_private: false, storage_size: size, pull_count: size * 10 },
  ...{ last_updated: "2026-04-30T10:00:00.5Z", ...more },
});

const WRITTEN = {
  first: ["repositories", 0, [repository("app", 1), repository("old", 5, { is_private: true }), { star_count: 1 }]],
  noon: ["repositories", 6, [repository("app", 2)]],
  evening: ["repositories", 12, [repository("app", 3)]],
  next: ["repositories", 30, [repository("app", 4), repository("new", 7)]],
  teams: ["groups", 0, [{ id: 1, name: "core", description: "who is", member_count: 2 }, { name: "gone" }, "odd"]],
  later: ["groups", 24, [{ id: 1, name: "core", description: "who was", member_count: "3" }]],
  tokens: [
    "tokens",
    0,
    [{ id: 9, label: "ci", is_active: true, created_at: "2026-01-01T00:00:00+01:00" }, { id: "b" }],
  ],
  fewer: ["tokens", 24, [{ id: "9", label: "ci", is_active: false, expires_at: null, created_by: "boss" }]],
} satisfies Record<string, readonly [stream: string, hours: number, records: readonly unknown[]]>;
type Which = keyof typeof WRITTEN;

const STATE = [
  "select org, repository, is_private, storage_size, pull_count, last_updated_at, is_listed, facts from dim_repository order by 2",
  "select repository, activity_date, facts, storage_size, pull_count, first_at from repository_day order by 1, 2",
  "select * exclude (first_listed_at, last_listed_at) from dim_team order by team",
  "select * exclude (first_listed_at, last_listed_at) from dim_token order by token_id",
  "select stream, reason from ops.rejected order by all",
  "select has_private_repositories from dim_org",
  "from ops.listed_teams order by team",
];

async function stateAfter(groups: readonly (readonly Which[])[]): Promise<Row[][]> {
  const { write, merge, rows } = await begin();
  for (const group of groups) {
    const files: string[] = [];
    for (const which of group) {
      const [stream, hours, records] = WRITTEN[which];
      files.push(await write(stream, hours, records));
    }
    await merge(...files);
  }
  const state: Row[][] = [];
  for (const query of STATE) state.push(await rows(query));
  return state;
}

let inOrder: Promise<Row[][]> | null = null;
function kept(): Promise<Row[][]> {
  inOrder ??= stateAfter((Object.keys(WRITTEN) as Which[]).map((which) => [which])).then((state) => state.slice(0, -1));
  return inOrder;
}

it("lists are kept as the newest has them, what has gone stays, and a day has its last list", async () => {
  const [repositories, days, teams, tokens, rejected, orgs] = await kept();
  const listed = { org: "acme", last_updated_at: "2026-04-30T10:00:00.5Z", facts: 0 };
  expect(repositories).toEqual([
    { ...listed, repository: "acme/app", is_private: false, storage_size: 4, pull_count: 40, is_listed: true },
    { ...listed, repository: "acme/new", is_private: false, storage_size: 7, pull_count: 70, is_listed: true },
    { ...listed, repository: "acme/old", is_private: true, storage_size: 5, pull_count: 50, is_listed: false },
  ]);
  const day = (repo: string, activity_date: string, storage_size: number) => ({
    ...{ repository: `acme/${repo}`, activity_date, facts: 0, storage_size, pull_count: storage_size * 10 },
    first_at: null,
  });
  expect(days).toEqual([
    day("app", "2026-05-01", 3),
    day("app", "2026-05-02", 4),
    day("new", "2026-05-02", 7),
    day("old", "2026-05-01", 5),
  ]);
  expect(teams).toEqual([
    { org: "acme", team: "core", description: "who was", member_count: 3, is_current: true },
    { org: "acme", team: "gone", description: null, member_count: null, is_current: false },
  ]);
  const token = { org: "acme", expires_at: null, last_used_at: null };
  expect(tokens).toEqual([
    { ...token, token_id: "9", label: "ci", created_by: "boss", is_active: false, created_at: null, is_current: true },
    {
      ...{ ...token, token_id: "b", label: null, created_by: null, is_active: null },
      ...{ created_at: null, is_current: false },
    },
  ]);
  expect(rejected).toEqual([
    { stream: "groups", reason: "not_an_object" },
    { stream: "repositories", reason: "missing_name" },
  ]);
  expect(orgs).toEqual([{ has_private_repositories: false }]);
});

it("the order in which lists are merged, one by one or together, changes nothing", async () => {
  const all = Object.keys(WRITTEN) as Which[];
  const together = await stateAfter([all]);
  const backwards = await stateAfter(all.toReversed().map((which) => [which]));
  // run ids are random
  const named = (state: Row[][]) => JSON.stringify(state).replace(/raw\/[^"]*/g, "raw");
  expect(named(backwards)).toBe(named(together));
  expect(together.slice(0, -1)).toEqual(await kept());
});

it("a list merged twice is the same, and that no private repository was listed is said once", async () => {
  const { write, merge, rows } = await begin();
  const [first] = await merge(await write("repositories", 0, [repository("app", 1)]));
  expect(first!.warnings).toEqual([expect.stringMatching(/no private repository was listed.*Repository List/)]);
  const [second] = await merge(await write("repositories", 24, [repository("app", 1)]));
  expect(second!.warnings).toEqual([]);
  expect(await rows("select count(*) as n from ops.listed_repositories")).toEqual([{ n: 1 }]);
  await merge(await write("repositories", 48, [repository("app", 1), repository("own", 1, { is_private: true })]));
  expect(await rows("select has_private_repositories from dim_org")).toEqual([{ has_private_repositories: true }]);
});

it("an action that the newest list names and no rule is unmapped without a fact, with the list's entry", async () => {
  const { write, merge, rows } = await begin();
  const entry = { action: "repo.sign", group: "repo", label: "Signed", description: "" };
  await merge(await write("actions", 0, [entry, { action: "repo.old" }, { action: "repo.tag.push" }]));
  const unmapped =
    "select org, source_action, category, facts, first_at, sample_payload from unmapped_actions order by 2";
  expect(await rows(unmapped)).toMatchObject([
    { source_action: "repo.old" },
    { source_action: "repo.sign", category: "repo", facts: 0, first_at: null, sample_payload: JSON.stringify(entry) },
  ]);
  await merge(await write("actions", 24, [entry]));
  expect(await rows(unmapped)).toMatchObject([{ org: "acme", source_action: "repo.sign" }]);
});
