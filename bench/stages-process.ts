import { sql } from "kysely";
import { RawStore } from "../extract/raw/store.ts";
import { refreshActors } from "../load/actor-kinds.ts";
import { runChecks } from "../load/checks.ts";
import { buildMarts } from "../load/marts.ts";
import { mergeRawFiles } from "../load/merge/merge.ts";
import { spellAlike } from "../load/organizations.ts";
import { migrate } from "../load/warehouse/migrate.ts";
import { openWriter } from "../load/warehouse/open.ts";
import { publish } from "../load/warehouse/publish.ts";
import { renewFacts } from "../pipelines/run/renew-facts.ts";
import { type Spent, spentOn } from "./spent.ts";
import { watchStatements } from "./statements.ts";

/** Loads the raw files of a data folder, stage after stage: `node stages-process.js DATA`; prints what each took. */
const [data] = process.argv.slice(2) as [string];
const store = new RawStore(data);
const warehouse = await openWriter(data);
await migrate(warehouse, "bench");
await renewFacts(warehouse, store, () => {});

const watch = watchStatements();
let records = 0;
const loading = await spentOn(async () => {
  const { counts, broken, unmerged } = await mergeRawFiles(warehouse, await store.list());
  if (broken.length + unmerged.length > 0) throw new Error(`not merged: ${JSON.stringify({ broken, unmerged })}`);
  records = counts.reduce((sum, count) => sum + count.records, 0);
});
watch.stop();
const parsing = watch.statements.filter(({ text }) => /json_transform/.test(text));
const sum = (of: keyof Spent) => parsing.reduce((total, statement) => total + statement[of], 0);
const parse = { seconds: sum("seconds"), coreSeconds: sum("coreSeconds") };
const merge = {
  seconds: loading.seconds - parse.seconds,
  coreSeconds: loading.coreSeconds - parse.coreSeconds,
};
const checkpoint = await spentOn(() => sql`force checkpoint`.execute(warehouse.db));
const marts = await spentOn(async () => {
  await spellAlike(warehouse.db);
  await refreshActors(warehouse);
  await buildMarts(warehouse);
});
const checks = await spentOn(async () => {
  const { failed } = await runChecks(warehouse);
  if (failed.length > 0) throw new Error(`checks failed: ${JSON.stringify(failed)}`);
});
const publishing = await spentOn(() => publish(warehouse));
warehouse.close();
const stages = { parse, merge, checkpoint, marts, checks, publish: publishing };
process.stdout.write(JSON.stringify({ stages, records, statements: watch.statements.length }));
