import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "./cases.ts";
import { compare, dated, type Kept, keepResults, readResults, resultsFile } from "./results.ts";
import { comparisonText, tableOf } from "./table.ts";

const USAGE = `npm run bench [-- CASE ...] [--quick] [--keep LABEL] [--compare [FILE]]

  --quick           small sizes: whether it works, in some minutes
  --keep LABEL      keep the results in bench/results/LABEL.json too (they always are in last.json)
  --compare [FILE]  compare with the results kept there (bench/results/baseline.json); 1 if anything is worse by more than 15 %

${cases.map(({ name, tells }) => `  ${name.padEnd(10)} ${tells}`).join("\n")}
`;

interface Asked {
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly label: string | null;
  readonly compared: string | null;
}

/** @throws with the usage where the words are none of it */
function asked(words: readonly string[]): Asked {
  const names: string[] = [];
  let [isQuick, label, compared] = [false, null as string | null, null as string | null];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--quick") isQuick = true;
    else if (word === "--keep" && left[0] !== undefined) label = left.shift()!;
    else if (word === "--compare") compared = left[0]?.endsWith(".json") ? left.shift()! : resultsFile("baseline");
    else if (cases.some(({ name }) => name === word)) names.push(word);
    else throw new Error(`unknown: ${word}\n\n${USAGE}`);
  }
  return { names, isQuick, label, compared };
}

async function main({ names, isQuick, label, compared }: Asked): Promise<number> {
  const before = compared === null ? {} : readResults(compared);
  const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name));
  const now: Record<string, Kept> = {};
  for (const { name, run } of chosen) {
    const folder = await mkdtemp(join(tmpdir(), `docktally-bench-${name}-`));
    const say = (line: string) => process.stderr.write(`${name}: ${line}\n`);
    try {
      const kept = dated(await run({ isQuick, folder, say }));
      now[name] = kept;
      for (const file of ["last", ...(label === null ? [] : [label])]) keepResults(resultsFile(file), { [name]: kept });
      process.stdout.write(tableOf(name, kept, before));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const { machine, versions, commit } = Object.values(now)[0]!;
  process.stdout.write(
    `${machine.cores} cores (${machine.cpu}), ${machine.memory_gb} GB, ${machine.platform}; node ${versions.node}, DuckDB ${versions.duckdb}; commit ${commit}\n`,
  );
  if (compared === null) return 0;
  const comparison = compare(before, now);
  process.stdout.write(comparisonText(comparison));
  return comparison.worse.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(asked(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
}
