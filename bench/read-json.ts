import { runScript } from "./program.ts";

/** What DuckDB's `read_json` needs for the same records in a file: the yardstick of the machine and the moment. */
export interface ReadJson {
  readonly jsonSeconds: number;
  readonly jsonCoreSeconds: number;
  readonly bytes: number;
}

export function measureReadJson(records: number): Promise<ReadJson> {
  return runScript<ReadJson>("read-json-process.js", String(records));
}
