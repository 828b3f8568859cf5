import { bulkOrganization } from "../demo/bulk.ts";
import { slicePage } from "../extract/page.ts";
import { newRunId, RawStore } from "../extract/raw/store.ts";
import { mergeRawFiles } from "../load/merge/merge.ts";
import { migrate } from "../load/warehouse/migrate.ts";
import { openWriter } from "../load/warehouse/open.ts";
import { finishLoad } from "../pipelines/run/finish.ts";
import { renewFacts } from "../pipelines/run/renew-facts.ts";
import { type Generated, writeFacts } from "./generated-history.ts";

/** Makes a published warehouse with a long history: `node history-process.js DATA GENERATED`. */
const [data, text] = process.argv.slice(2) as [string, string];
const { until, ...size } = JSON.parse(text) as Omit<Generated, "until"> & { until: string };
const generated = { ...size, until: new Date(until) };
const warehouse = await openWriter(data, { memoryLimit: "4GB" });
const store = new RawStore(data);
await migrate(warehouse, "bench");
await renewFacts(warehouse, store, () => {});
await mergeRawFiles(warehouse, [await writeMembers()]);
await writeFacts(warehouse.connection, generated);
const failed = await finishLoad(warehouse, () => {});
warehouse.close();
if (failed) throw new Error(failed.message);
process.stdout.write("{}");

/** The members as of the last night, as a raw file. */
async function writeMembers(): Promise<string> {
  const { org, members, until } = generated;
  const results = bulkOrganization(org, 0, { now: until, members }).members;
  const page = slicePage(Buffer.from(JSON.stringify({ count: results.length, results })), "results", until);
  const times = { read_at: until, window_from: until, window_to: until };
  const meta = { org, stream: "members", kind: "snapshot" as const, run_id: newRunId(until), ...times };
  return store.write(meta, [{ page, number: 1 }]);
}
