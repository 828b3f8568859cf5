/**
 * Loaded before the program (`node --import`), so that the program itself needs no hook: a fault happens at a named
 * step. Only this file reads these variables:
 * - FAULT_AT: `step:n`, the n-th time that the step is reached
 * - FAULT_DO: `kill` (the default: SIGKILL, nothing is tidied up), `fill:FOLDER`, which leaves no free byte on its disk, or
 *   `wait`, which holds the program up there for twenty seconds
 * - AHEAD_MS: how far this process's clock goes ahead of the true one
 * - FROZEN_AT: milliseconds since 1970, the only instant that this process knows
 */
import childProcess from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { closeSync, openSync, writeSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import engine from "../../dist/program/engine.js";

const { DuckDBConnection } = engine;
const { FAULT_AT = "", FAULT_DO = "kill", AHEAD_MS, FROZEN_AT } = process.env;
// what the program starts itself is not struck
for (const name of ["FAULT_AT", "FAULT_DO", "AHEAD_MS", "FROZEN_AT", "NODE_OPTIONS"]) delete process.env[name];

const [wanted, nth = "1"] = FAULT_AT.split(":");
let reached = 0;

function at(step) {
  if (step !== wanted || ++reached !== Number(nth)) return;
  writeSync(2, `fault: ${FAULT_DO.split(":")[0]} at ${FAULT_AT}\n`);
  if (FAULT_DO === "kill") process.kill(process.pid, "SIGKILL");
  else if (FAULT_DO === "wait") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000);
  else fill(FAULT_DO.slice("fill:".length));
}

/** Writes until the disk takes no more. */
function fill(folder) {
  const file = openSync(`${folder}/filler`, "a");
  for (let size = 65_536; size >= 512; size /= 2) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size));
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
    }
  }
  closeSync(file);
}

const { rename } = promises;
promises.rename = async (from, to) => {
  const step = /\/auditlog\/.*\.parquet$/.test(to) ? "window" : /\/warehouse\.duckdb$/.test(to) ? "published" : "";
  at(`${step}-written`);
  await rename(from, to);
  at(`${step}-renamed`);
};

const { open } = promises;
promises.open = async (path, ...more) => {
  if (/\/auditlog\/.*\.tmp$/.test(String(path))) at("window-opening");
  return open(path, ...more);
};

const { execFile } = childProcess;
childProcess.execFile = Object.assign((...args) => execFile(...args), execFile);
const custom = Symbol.for("nodejs.util.promisify.custom");
childProcess.execFile[custom] = (...args) => {
  at("copying");
  return execFile[custom](...args);
};
syncBuiltinESMExports();

subscribe("undici:request:headers", ({ request }) => {
  if (request.path.includes("/auditlogs/") && !request.path.includes("/actions")) at("page");
});

for (const method of ["run", "runAndReadAll"]) {
  const original = DuckDBConnection.prototype[method];
  DuckDBConnection.prototype[method] = async function (sql, ...more) {
    const step = stepOf(sql);
    at(`before-${step}`);
    const result = await original.call(this, sql, ...more);
    at(`after-${step}`);
    return result;
  };
}

/** Transactions are counted from the first auditlog merge on, so that migrations do not matter. */
let merging = false;
function stepOf(sql) {
  merging ||= /^\s*create or replace temp table "?incoming"? as/.test(sql);
  if (merging && /^\s*begin/.test(sql)) return "begin";
  if (merging && /^\s*commit/.test(sql)) return "commit";
  if (merging && /^\s*insert into "?fct_usage"?/.test(sql)) return "facts";
  if (/^\s*insert into ops\.rejected|^\s*insert into "ops"\."loaded_files"/.test(sql)) return "loaded";
  if (/^\s*force checkpoint/.test(sql)) return "checkpoint";
  return "other";
}

if (FROZEN_AT || AHEAD_MS) {
  const trueNow = Date.now;
  const now = () => (FROZEN_AT ? Number(FROZEN_AT) : trueNow() + Number(AHEAD_MS));
  globalThis.Date = class extends Date {
    constructor(...args) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static now() {
      return now();
    }
  };
}
