import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { slicePage } from "../extract/page.ts";
import { newRunId, RawStore } from "../extract/raw/store.ts";
import { refreshActors } from "../load/actor-kinds.ts";
import { buildMarts } from "../load/marts.ts";
import { loadActionRules } from "../load/merge/actions.ts";
import { mergeRawFiles } from "../load/merge/merge.ts";
import { migrate } from "../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../load/warehouse/open.ts";
import { publish } from "../load/warehouse/publish.ts";
import { writeHistory } from "./years-history.ts";

/**
 * What one more night costs after many: the merge of a snapshot, the marts, and the license report of another day or another
 * threshold, after a month and after a year. Usage: `npm run bench:years [-- MEMBERS NIGHTS]`.
 */
const [members = 1000, nights = 365] = process.argv.slice(2).map(Number);
const ORG = "long-years";
const LAST = new Date("2026-09-30T04:00:00Z");
const DAY_MS = 86_400_000;

type Seconds = Record<"history" | "merge" | "marts" | "as of" | "idle after", number>;

const month = await measure(Math.min(30, nights));
const years = await measure(nights);
const lines = [
  `machine      ${availableParallelism()} cores, node ${process.version}, ${process.platform}; ${members} members`,
  `             ${`${Math.min(30, nights)} nights`.padStart(10)} ${`${nights} nights`.padStart(10)} ${"ratio".padStart(6)}`,
  ...(Object.keys(years) as (keyof Seconds)[]).map((step) => {
    const seconds = [month[step], years[step]].map((spent) => `${spent.toFixed(2)} s`.padStart(10));
    return `${step.padEnd(12)} ${seconds.join(" ")} ${(years[step] / month[step]).toFixed(1).padStart(6)}`;
  }),
];
process.stdout.write(`${lines.join("\n")}\n`);

async function measure(count: number): Promise<Seconds> {
  const folder = await mkdtemp(join(tmpdir(), "docktally-years-"));
  try {
    const warehouse = await openWriter(folder);
    const spent = await nightAfter(warehouse, count);
    await publish(warehouse);
    warehouse.close();
    const day = new Date(LAST.getTime() - Math.min(100, count / 2) * DAY_MS).toISOString().slice(0, 10);
    return {
      ...spent,
      "as of": timeReport(folder, "--as-of", day),
      "idle after": timeReport(folder, "--idle-after", "30"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One more night, by the program's own steps. */
async function nightAfter(warehouse: WarehouseFile, count: number) {
  await migrate(warehouse, "bench");
  await loadActionRules(warehouse);
  const history = await timed(() =>
    writeHistory(warehouse.connection, { org: ORG, members, nights: count, until: LAST }),
  );
  const file = await writeSnapshot(warehouse, new Date(LAST.getTime() + DAY_MS));
  const merge = await timed(async () => {
    const { counts, broken, refused } = await mergeRawFiles(warehouse, [file]);
    if (counts.length !== 1) throw new Error(`the snapshot was not merged: ${JSON.stringify({ broken, refused })}`);
  });
  await refreshActors(warehouse);
  const marts = await timed(() => buildMarts(warehouse));
  return { history, merge, marts };
}

/** The members of one more night as a raw file: everybody's Insights changed, nobody left, ten people are new. */
async function writeSnapshot({ connection, dataDir }: WarehouseFile, instant: Date): Promise<string> {
  const reader = await connection.runAndReadAll(
    `select username, member_id as id, email, role, teams as groups from dim_member where is_current
     union all select 'new' || i, 'new' || i, 'new' || i || '@example.com', 'Member', ['team1'] from range(10) as listed (i)`,
  );
  const seen = new Date(instant.getTime() - 9 * 3_600_000).toISOString();
  const results = reader
    .getRowObjectsJson()
    .map((row) => ({ ...row, last_seen_at: seen, last_desktop_version: "5.0" }));
  const page = slicePage(Buffer.from(JSON.stringify({ count: results.length, results })), "results", instant);
  const times = { read_at: instant, window_from: instant, window_to: instant };
  const meta = { org: ORG, stream: "members", kind: "snapshot" as const, run_id: newRunId(instant), ...times };
  return new RawStore(dataDir).write(meta, [{ page, number: 1 }]);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** A whole `docktally report licenses`, from start to end. */
function timeReport(folder: string, ...flags: string[]): number {
  const cli = fileURLToPath(new URL("../pipelines/cli.js", import.meta.url));
  const started = performance.now();
  const args = [cli, "report", "licenses", ...flags, "--data", folder, "--format", "csv"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - started) / 1000;
  const lines = stdout.trim().split("\n").length;
  if (status !== 0 || lines < members / 2)
    throw new Error(`the report ended with ${status}, ${lines} lines: ${stderr}`);
  return seconds;
}
