import { spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { demoSecret } from "../demo/organization.ts";

const CLI = fileURLToPath(new URL("../pipelines/cli.js", import.meta.url));
const PRELOAD = pathToFileURL("test/kit/kill-at.mjs").href;

/** Steps at which a round may kill the program; see test/kit/kill-at.mjs. */
export const KILL_STEPS = [
  "page:1",
  "page:2",
  "page:4",
  "window-opening:1",
  "window-written:1",
  "window-written:2",
  "window-renamed:1",
  "window-renamed:2",
  "before-facts:1",
  "after-facts:1",
  "after-loaded:1",
  "before-commit:1",
  "after-commit:1",
  "after-commit:2",
  "before-checkpoint:1",
  "after-checkpoint:1",
  "copying:1",
  "published-written:1",
  "published-renamed:1",
];

export interface Ended {
  readonly code: number | null;
  readonly killed: boolean;
  readonly stderr: string;
}

/** Runs the program in `cwd`, its clock ahead of the true one by `aheadMs`; `kill` is a step, or a number of milliseconds after which it is killed. */
export function runProgram(
  args: readonly string[],
  cwd: string,
  { aheadMs, kill = null }: { aheadMs: number; kill?: string | number | null },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", PRELOAD, CLI, ...args, "--quiet"], {
      cwd,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: cwd,
        SOAK_SECRET: demoSecret("acme"),
        AHEAD_MS: String(aheadMs),
        ...(typeof kill === "string" ? { FAULT_AT: kill } : {}),
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const timer = typeof kill === "number" ? setTimeout(() => child.kill("SIGKILL"), kill) : undefined;
    let stderr = "";
    child.stderr.on("data", (part: Buffer) => {
      stderr += part.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, killed: signal === "SIGKILL", stderr });
    });
  });
}
