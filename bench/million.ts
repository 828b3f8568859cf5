import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { bulkOrganization } from "../demo/bulk.ts";
import { demoSecret, eventTextsOf } from "../demo/organization.ts";

/**
 * A million audit events from a demo hub in a process of its own to the published warehouse, by the real program; and, in
 * the same run, DuckDB's `read_json` over the same records in a file. Usage: `npm run bench [-- EVENTS [PAGE_SIZE]]`.
 * Pages hold 1000 events here, so that the pipeline is measured and not 10 000 HTTP requests on the cores it shares with
 * the hub; the default for Docker Hub is 100, since Docker documents no maximum: measure that with `-- 1000000 100`.
 */
const [events = "1000000", pageSize = "1000"] = process.argv.slice(2);
const count = Number(events);
const folder = await mkdtemp(join(tmpdir(), "docktally-bench-"));
const hub = await startHubProcess();
try {
  const sync = await timeSync(hub.url, join(folder, "data"));
  const again = await timeSync(hub.url, join(folder, "data"));
  const json = await timeReadJson();
  const rate = count / sync.seconds;
  const lines = [
    `machine          ${availableParallelism()} cores, node ${process.version}, ${process.platform}`,
    `events           ${count.toLocaleString("en")} (${(json.bytes / 1e6).toFixed(0)} MB of JSON, pages of ${pageSize})`,
    `docktally sync   ${sync.seconds.toFixed(1)} s, ${Math.round(rate).toLocaleString("en")} events/s, peak RSS ${sync.peakMb.toFixed(0)} MB, ${sync.requests} requests`,
    `sync again       ${again.seconds.toFixed(1)} s, ${again.factsNew} new facts, peak RSS ${again.peakMb.toFixed(0)} MB, ${again.requests} requests`,
    `read_json        ${json.seconds.toFixed(1)} s, ${Math.round(count / json.seconds).toLocaleString("en")} events/s`,
    `ratio            ${(rate / (count / json.seconds)).toFixed(2)} of read_json's speed on the same records`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (sync.factsNew !== count) throw new Error(`${count} events became ${sync.factsNew} facts`);
} finally {
  hub.process.kill();
  await rm(folder, { recursive: true, force: true });
}

async function startHubProcess(): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("hub-process.js", import.meta.url)), events, pageSize], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", () => reject(new Error("the hub ended before it served")));
  });
  return { process: child, url };
}

async function timeSync(url: string, data: string) {
  const cli = fileURLToPath(new URL("../pipelines/cli.js", import.meta.url));
  const config = join(folder, "docktally.yaml");
  const connection = `{ org: bulk-works, identifier: bulk-works, secret: "\${BENCH_SECRET}", url: "${url}" }`;
  await writeFile(
    config,
    `connections:
  - ${connection}
limits:
  page_size: ${pageSize}
`,
  );
  const env = { ...process.env, BENCH_SECRET: demoSecret("bulk-works") };
  const started = performance.now();
  const child = spawn(process.execPath, [cli, "sync", "--json", "--quiet", "--config", config, "--data", data], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  let peakMb = 0;
  const watch = setInterval(async () => {
    peakMb = Math.max(peakMb, await highWaterMb(child.pid));
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`docktally sync ended with ${code}: ${out}`);
  const report = JSON.parse(out);
  return {
    seconds,
    peakMb,
    requests: report.requests as number,
    factsNew: report.connections[0].streams.auditlog.facts_new as number,
  };
}

/** Linux's high-water mark of the resident set; 0 elsewhere. */
async function highWaterMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function timeReadJson(): Promise<{ seconds: number; bytes: number }> {
  const path = join(folder, "events.ndjson");
  const file = createWriteStream(path);
  const organization = bulkOrganization("bulk-works", count, { now: new Date(), days: 120 });
  for (const text of eventTextsOf(organization))
    if (!file.write(`${text}\n`)) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
  file.end();
  await finished(file);
  const connection = await (await DuckDBInstance.create(join(folder, "json.duckdb"))).connect();
  const started = performance.now();
  await connection.run(`create table event as select * from read_json('${path}', format = 'newline_delimited')`);
  const seconds = (performance.now() - started) / 1000;
  connection.closeSync();
  return { seconds, bytes: (await stat(path)).size };
}
