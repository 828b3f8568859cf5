import { slicePage } from "../extract/page.ts";
import { newRunId, RawStore } from "../extract/raw/store.ts";
import { refreshActors } from "../load/actor-kinds.ts";
import { buildMarts } from "../load/marts.ts";
import { loadActionRules } from "../load/merge/actions.ts";
import { mergeRawFiles } from "../load/merge/merge.ts";
import { migrate } from "../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../load/warehouse/open.ts";
import { publish } from "../load/warehouse/publish.ts";
import { spentOn } from "./spent.ts";
import { writeHistory } from "./years-history.ts";

/** One more night after many, by the program's own steps: `node years-process.js DATA SIZE`; prints what each took. */
const [data, text] = process.argv.slice(2) as [string, string];
const { members, nights, last } = JSON.parse(text) as { members: number; nights: number; last: string };
const ORG = "long-years";
const until = new Date(last);

const warehouse = await openWriter(data);
await migrate(warehouse, "bench");
await loadActionRules(warehouse);
await writeHistory(warehouse.connection, { org: ORG, members, nights, until });
const file = await writeSnapshot(warehouse, new Date(until.getTime() + 86_400_000));
const merge = await spentOn(async () => {
  const { counts, broken, refused } = await mergeRawFiles(warehouse, [file]);
  if (counts.length !== 1) throw new Error(`the snapshot was not merged: ${JSON.stringify({ broken, refused })}`);
});
await refreshActors(warehouse);
const marts = await spentOn(() => buildMarts(warehouse));
await publish(warehouse);
warehouse.close();
process.stdout.write(JSON.stringify({ merge, marts }));

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
