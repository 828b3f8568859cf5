import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Loaded into a program before its own code: when it ends, it writes what it used to the file named by BENCH_USAGE. */
const file = process.env.BENCH_USAGE;
if (file !== undefined && isMainThread) {
  process.once("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const coreSeconds = (userCPUTime + systemCPUTime) / 1e6 + childSeconds();
    writeFileSync(file, JSON.stringify({ coreSeconds, peakMb: highWaterMb() ?? maxRSS / 1024 }));
  });
}

/** Core-seconds of its children that have ended, as Linux counts them; 0 elsewhere. */
function childSeconds(): number {
  try {
    const afterName = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)!.split(" ");
    // fields 16 and 17, in ticks of a hundredth of a second
    return (Number(afterName[13]) + Number(afterName[14])) / 100;
  } catch {
    return 0;
  }
}

/** Linux's own high-water mark; `maxRSS` there begins with what the process had from which this one was forked. */
function highWaterMb(): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
