import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { MOST_MS } from "./at-work.ts";

const CLI = fileURLToPath(new URL("../../dist/pipelines/cli.js", import.meta.url));
const PRELOAD = new URL("kill-at.mjs", import.meta.url).href;

/** How a process ended: by itself with a code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Launch {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `step:n` of kill-at.mjs. */
  readonly at?: string;
  /** What happens to the program there; it is killed where this is not given. */
  readonly fault?: string;
  /** The only instant that the program knows. */
  readonly frozenAt?: number;
}

/** Starts the real program as a process that a test may strike. */
export function launch(args: readonly string[], { cwd, env, at, fault, frozenAt }: Launch): Launched {
  const faults = {
    ...(at === undefined ? {} : { FAULT_AT: at }),
    ...(fault === undefined ? {} : { FAULT_DO: fault }),
    ...(frozenAt === undefined ? {} : { FROZEN_AT: String(frozenAt) }),
  };
  const child = spawn(process.execPath, ["--import", PRELOAD, CLI, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env, ...faults },
    timeout: MOST_MS,
    killSignal: "SIGKILL",
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => err.push(part));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
      }),
    );
  });
  return { child, ended };
}
