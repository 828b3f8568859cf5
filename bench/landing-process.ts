import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { demoSecret } from "../demo/organization.ts";
import { HubClient } from "../extract/hub/client.ts";
import { DEFAULT_LIMITS } from "../extract/hub/limits.ts";
import { newRunId, RawStore } from "../extract/raw/store.ts";
import { auditlog } from "../extract/streams/auditlog.ts";
import { DIRECTORY, settleClock } from "../extract/streams.ts";
import { migrate } from "../load/warehouse/migrate.ts";
import { openWriter } from "../load/warehouse/open.ts";
import { readList } from "../pipelines/run/list.ts";
import { readLog } from "../pipelines/run/log.ts";
import { ORG } from "./program.ts";
import { spentOn } from "./spent.ts";

/** Reads an organization to raw files and merges nothing: `node landing-process.js URL FOLDER`; prints what the audit log took. */
const [url, folder] = process.argv.slice(2) as [string, string];
const data = join(folder, "data");
// what it must ask is answered by a warehouse of its own, which stays empty
const aside = join(folder, "empty");
await mkdir(aside, { recursive: true });
const warehouse = await openWriter(aside);
await migrate(warehouse, "bench");
const hub = new HubClient({
  url: new URL(url),
  identifier: ORG,
  secret: () => demoSecret(ORG),
  userAgent: "docktally/bench",
  limits: DEFAULT_LIMITS,
});
await hub.login();
await settleClock({ hub, org: ORG });
const instant = new Date();
const nothing = { merge: async () => {}, drain: async () => {}, onProgress: () => {} };
const task = {
  ...{ org: ORG, rawOrg: ORG, runId: newRunId(instant), instant, warehouse, range: null, acceptShrink: false },
  ...{ store: new RawStore(data), sourceOf: () => ({ hub, org: ORG }), messageOf: (error: Error) => error.message },
  ...nothing,
};
await readList(task, DIRECTORY);
let records = 0;
const landing = await spentOn(async () => {
  const read = await readLog(task, auditlog);
  if (read.endedBy || read.message) throw read.endedBy ?? new Error(String(read.message));
  records = read.records;
});
await hub.close();
warehouse.close();
process.stdout.write(JSON.stringify({ landing, records }));
