import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, type Case, coreSeconds, type Figure, megabytes, ratio, seconds } from "../case.ts";
import { writeRawZone } from "../generated-raw.ts";
import { ORG, type Ran, runProgram } from "../program.ts";
import { measureReadJson } from "../read-json.ts";

/** The warehouse anew from its raw files. */
export const rebuild: Case = {
  name: "rebuild",
  tells: "the warehouse anew from the raw files of one and of ten million events",
  async run(bench) {
    const sizes = bench.isQuick ? [50_000, 250_000] : [1_000_000, 10_000_000];
    bench.say("read_json");
    const json = await measureReadJson(sizes[0]!);
    const [small, large] = [await measure(bench, sizes[0]!), await measure(bench, sizes[1]!)];
    const figures: Figure[] = [small, large].flatMap((ran, i) => {
      const name = `${sizes[i]!.toLocaleString("en")} events`;
      return [
        seconds(name, ran.seconds),
        coreSeconds(`${name}, cores`, ran.coreSeconds),
        megabytes(`${name}, peak memory`, ran.peakMb),
      ];
    });
    const times = sizes[1]! / sizes[0]!;
    figures.push(
      ratio("the smaller, cores beside read_json", small.coreSeconds / json.jsonCoreSeconds, "less"),
      ratio("the larger an event beside the smaller, cores", large.coreSeconds / small.coreSeconds / times, "less"),
    );
    return { size: `${sizes.map((size) => size.toLocaleString("en")).join(" and ")} events`, figures };
  },
};

async function measure({ folder, say }: Bench, events: number): Promise<Ran> {
  const own = join(folder, String(events));
  await mkdir(own);
  say(`making ${events.toLocaleString("en")} records`);
  await writeRawZone(join(own, "data"), ORG, events);
  say(`rebuilding ${events.toLocaleString("en")} events`);
  const ran = await runProgram(own, "rebuild", "--json", "--quiet");
  const { facts } = JSON.parse(ran.stdout) as { facts: number };
  if (facts !== events) throw new Error(`${events} events became ${facts} facts`);
  await rm(own, { recursive: true, force: true });
  return ran;
}
