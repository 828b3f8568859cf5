import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { demoSecret } from "../demo/organization.ts";
import type { Limits } from "../extract/hub/limits.ts";

/** What a process took, its children included, from start to end. */
export interface Usage {
  readonly seconds: number;
  readonly coreSeconds: number;
  readonly peakMb: number;
}

export interface Ran extends Usage {
  readonly stdout: string;
}

export const ORG = "bulk-works";
const CLI = fileURLToPath(new URL("../pipelines/cli.js", import.meta.url));
const PRELOAD = new URL("usage-preload.js", import.meta.url).href;

/** Runs `docktally WORDS` in `folder`, where its configuration and its data are. */
export function runProgram(folder: string, ...words: string[]): Promise<Ran> {
  return runNode([CLI, ...words], { cwd: folder });
}

/** Runs a script of this folder, which prints one JSON value. */
export async function runScript<T>(name: string, ...words: string[]): Promise<T & Usage> {
  const { stdout, ...usage } = await runNode([fileURLToPath(new URL(name, import.meta.url)), ...words]);
  return { ...usage, ...(JSON.parse(stdout) as T) };
}

/** @throws where the process does not end well */
export async function runNode(
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const scratch = await mkdtemp(join(tmpdir(), "docktally-usage-"));
  const file = join(scratch, "usage.json");
  const started = performance.now();
  try {
    const child = spawn(process.execPath, ["--import", PRELOAD, ...args], {
      cwd,
      env: { ...process.env, BENCH_SECRET: demoSecret(ORG), ...env, BENCH_USAGE: file },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout = await outputOf(child, args.join(" "));
    const seconds = (performance.now() - started) / 1000;
    const { coreSeconds, peakMb } = JSON.parse(await readFile(file, "utf8")) as Omit<Usage, "seconds">;
    return { seconds, coreSeconds, peakMb, stdout };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What a process prints. @throws with what it says where it does not end with 0 */
export async function outputOf(child: ChildProcess, name: string): Promise<string> {
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return stdout;
  throw new Error(`${name} ended with ${code}: ${stderr.trim().slice(-2000)} ${stdout.trim().slice(-2000)}`);
}

/** How many modules `docktally WORDS` loads: V8 lists what it ran. */
export async function modulesOf(folder: string, ...words: string[]): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "docktally-modules-"));
  try {
    await runNode([CLI, ...words], { cwd: folder, env: { NODE_V8_COVERAGE: scratch } });
    let most = 0;
    for (const name of await readdir(scratch)) {
      const { result } = JSON.parse(await readFile(join(scratch, name), "utf8")) as { result: { url: string }[] };
      const own = result.filter(({ url }) => url.startsWith("file://") && !url.startsWith(PRELOAD));
      most = Math.max(most, own.length);
    }
    return most;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Writes docktally.yaml for the hub at `url`. */
export async function writeConfig(folder: string, url: string, limits: Partial<Limits> = {}): Promise<void> {
  const connection = `{ org: ${ORG}, identifier: ${ORG}, secret: "\${BENCH_SECRET}", url: "${url}" }`;
  const bounds = Object.entries(limits).map(([key, value]) => `  ${key}: ${value}`);
  const lines = ["connections:", `  - ${connection}`, ...(bounds.length > 0 ? ["limits:", ...bounds] : [])];
  await writeFile(join(folder, "docktally.yaml"), `${lines.join("\n")}\n`);
}

export interface Synced extends Ran {
  readonly requests: number;
  readonly factsNew: number;
}

/** A whole `docktally sync`. */
export async function runSync(folder: string): Promise<Synced> {
  const ran = await runProgram(folder, "sync", "--json", "--quiet");
  const report = JSON.parse(ran.stdout) as {
    requests: number;
    connections: { streams: { auditlog: { facts_new: number } } }[];
  };
  return { ...ran, requests: report.requests, factsNew: report.connections[0]!.streams.auditlog.facts_new };
}
