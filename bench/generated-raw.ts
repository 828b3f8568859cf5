import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { META_KEY, metaText } from "../extract/raw/meta.ts";
import { newRunId } from "../extract/raw/store.ts";

/** Records of one raw file, as a first run leaves them. */
const FILE_RECORDS = 25_000;
const DAYS = 120;

/** Writes so many audit events as raw files, by the engine: they look like those of the demo's bulk events. */
export async function writeRawZone(data: string, org: string, records: number): Promise<void> {
  const folder = join(data, `raw/auditlog/org=${org}`);
  await mkdir(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const now = new Date();
  const runId = newRunId(now);
  const spanMs = DAYS * 86_400_000;
  const atOf = (index: number) => new Date(now.getTime() - spanMs + Math.floor((index / records) * spanMs));
  for (let first = 0, n = 1; first < records; first += FILE_RECORDS, n++) {
    const last = Math.min(records, first + FILE_RECORDS);
    const window_from = first === 0 ? new Date(Date.UTC(2013, 0, 1)) : atOf(first);
    const meta = { org, stream: "auditlog", kind: "window" as const, run_id: runId, read_at: now };
    const window = { window_from, window_to: atOf(last) };
    const name = `${runId}-${String(n).padStart(4, "0")}_${compact(window.window_from)}_${compact(window.window_to)}.parquet`;
    const footer = metaText({ ...meta, ...window }).replaceAll("'", "''");
    await connection.run(
      `copy (${recordsSql(org, runId, { first, last, startMs: atOf(0).getTime(), stepMs: spanMs / records, ...window })})
       to '${join(folder, name)}' (format parquet, codec zstd, kv_metadata { ${META_KEY}: '${footer}' })`,
    );
  }
  connection.closeSync();
  instance.closeSync();
}

interface Part {
  readonly first: number;
  readonly last: number;
  readonly startMs: number;
  readonly stepMs: number;
  readonly window_from: Date;
  readonly window_to: Date;
}

/** In the columns of `rawParquet`; newest first, as the source sends them. */
function recordsSql(org: string, runId: string, { first, last, startMs, stepMs, ...window }: Part): string {
  const instant = (at: Date) => `epoch_ms(${at.getTime()})::timestamp_ms`;
  return `
    with drawn as (
      select ${last} - 1 - i as place, i, hash(i) as dice, md5(i::varchar) as id,
        strftime(epoch_ms((${startMs} + floor((i + (hash(i) % 1000) / 1000.0) * ${stepMs}))::bigint), '%Y-%m-%dT%H:%M:%S.%gZ') as happened
      from range(${last} - 1, ${first} - 1, -1) as listed (i)
    ),
    event as (
      select *, printf('user%05d', (dice >> 8) % 250) as actor, '${org}/service-' || ((dice >> 16) % 60) as repository,
        '1.' || (i % 50) || '.' || (i % 7) as tag
      from drawn
    )
    select 'auditlog' as stream, ${instant(window.window_from)} as window_from, ${instant(window.window_to)} as window_to,
      (place // 100 + 1)::integer as page, (place % 100)::integer as ordinal, ${instant(window.window_to)} as fetched_at, '${runId}' as run_id,
      '{"event_id":"' || id || '","account":"${org}","action":"repo.tag.push","name":"' || repository || '","actor":"' || actor
      || '","data":{"digest":"sha256:' || id || id || '","tag":"' || tag || '"},"timestamp":"' || happened
      || '","action_description":"pushed the tag ' || tag || ' to the repository ' || repository || '"}' as payload
    from event`;
}

function compact(at: Date): string {
  return at.toISOString().replace(/[-:.]/g, "");
}
