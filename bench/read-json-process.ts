import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { bulkOrganization } from "../demo/bulk.ts";
import { eventTextsOf } from "../demo/organization.ts";

/** DuckDB's `read_json` over so many records in a file: `node read-json-process.js RECORDS`; prints what it took. */
const count = Number(process.argv[2]);
const folder = await mkdtemp(join(tmpdir(), "docktally-json-"));
try {
  const path = join(folder, "events.ndjson");
  const file = createWriteStream(path);
  const organization = bulkOrganization("bulk-works", count, { now: new Date(), days: 120 });
  for (const text of eventTextsOf(organization))
    if (!file.write(`${text}\n`)) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
  file.end();
  await finished(file);
  const connection = await (await DuckDBInstance.create(join(folder, "json.duckdb"))).connect();
  const started = performance.now();
  const before = process.cpuUsage();
  await connection.run(`create table event as select * from read_json('${path}', format = 'newline_delimited')`);
  const jsonSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  connection.closeSync();
  const { size: bytes } = await stat(path);
  process.stdout.write(JSON.stringify({ jsonSeconds, jsonCoreSeconds: (user + system) / 1e6, bytes }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
