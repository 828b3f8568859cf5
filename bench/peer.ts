import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { demoSecret } from "../demo/organization.ts";
import { ORG, outputOf, type Usage } from "./program.ts";

/** A Python that has dlt (`pip install "dlt[duckdb,parquet]"`). */
export const PEER_VARIABLE = "DOCKTALLY_BENCH_DLT";

export interface Peer extends Usage {
  readonly version: string;
}

/** The same job by dlt; null where no Python with it is named. */
export async function measurePeer(folder: string, url: string, events: number): Promise<Peer | null> {
  const python = process.env[PEER_VARIABLE];
  if (!python) return null;
  const script = fileURLToPath(new URL("../../bench/peer.py", import.meta.url));
  const child = spawn(python, [script, url, ORG, demoSecret(ORG), folder], { stdio: ["ignore", "pipe", "pipe"] });
  const output = await outputOf(child, "dlt");
  const peer = JSON.parse(output.trim().split("\n").at(-1)!) as Peer & { rows: number };
  if (peer.rows !== events) throw new Error(`dlt made ${peer.rows} rows of ${events} events`);
  return peer;
}
