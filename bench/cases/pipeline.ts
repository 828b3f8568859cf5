import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Bench,
  type Case,
  clockRatio,
  coreSeconds,
  count,
  type Figure,
  megabytes,
  rate,
  ratio,
  seconds,
} from "../case.ts";
import { startHubProcess } from "../hub.ts";
import { measurePeer, PEER_VARIABLE } from "../peer.ts";
import { runSync, writeConfig } from "../program.ts";
import { measureReadJson, type ReadJson } from "../read-json.ts";

const OURS = 100;

/** From a demo hub in a process of its own to the published warehouse, by the real program. */
export const pipeline: Case = {
  name: "pipeline",
  tells: "a million audit events from the network to the published warehouse",
  async run(bench) {
    const events = bench.isQuick ? 50_000 : 1_000_000;
    bench.say("read_json");
    const json = await measureReadJson(events);
    const figures = [
      seconds("read_json", json.jsonSeconds),
      coreSeconds("read_json, cores", json.jsonCoreSeconds),
      ...(await measurePages(bench, events, OURS, json)),
      ...(await measurePages(bench, events, 1000, json)),
    ];
    const size = `${events.toLocaleString("en")} events, ${(json.bytes / 1e6).toFixed(0)} MB of JSON`;
    const hint = `not compared with dlt: set ${PEER_VARIABLE} to a Python that has it`;
    return { size, figures, notes: process.env[PEER_VARIABLE] ? [] : [hint] };
  },
};

async function measurePages(bench: Bench, events: number, pageSize: number, json: ReadJson): Promise<Figure[]> {
  const of = `pages of ${pageSize}`;
  const folder = join(bench.folder, String(pageSize));
  await mkdir(folder);
  const hub = await startHubProcess({ events, pageSize });
  try {
    await writeConfig(folder, hub.url, { page_size: pageSize });
    bench.say(of);
    const sync = await runSync(folder);
    const served = await hub.report();
    if (sync.factsNew !== events) throw new Error(`${events} events became ${sync.factsNew} facts`);
    return [
      seconds(`${of}: sync`, sync.seconds),
      rate(`${of}: speed`, events / sync.seconds),
      coreSeconds(`${of}: docktally, cores`, sync.coreSeconds),
      coreSeconds(`${of}: hub, cores`, served.coreSeconds),
      megabytes(`${of}: peak memory`, sync.peakMb),
      count(`${of}: requests`, sync.requests),
      clockRatio(`${of}: speed beside read_json`, json.jsonSeconds / sync.seconds, "more"),
      ratio(`${of}: cores beside read_json`, sync.coreSeconds / json.jsonCoreSeconds, "less"),
      ...(pageSize === OURS ? await besideDlt(bench, { folder, url: hub.url, events, sync }) : []),
    ];
  } finally {
    hub.stop();
  }
}

interface Job {
  readonly folder: string;
  readonly url: string;
  readonly events: number;
  readonly sync: { readonly seconds: number; readonly coreSeconds: number; readonly peakMb: number };
}

async function besideDlt({ say }: Bench, { folder, url, events, sync }: Job): Promise<Figure[]> {
  say("dlt");
  const peer = await measurePeer(folder, url, events);
  if (peer === null) return [];
  return [
    seconds(`dlt ${peer.version}`, peer.seconds),
    coreSeconds("dlt, cores", peer.coreSeconds),
    { ...megabytes("dlt, peak memory", peer.peakMb), isCompared: false },
    clockRatio("docktally's speed beside dlt's", peer.seconds / sync.seconds, "more"),
    ratio("docktally's cores beside dlt's", sync.coreSeconds / peer.coreSeconds, "less"),
    ratio("docktally's memory beside dlt's", sync.peakMb / peer.peakMb, "less"),
  ];
}
