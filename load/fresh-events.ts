import { sql } from "kysely";
import { CONTENTS, comparedFacts, dropAlike, meetings, type Range } from "../transform/alike-events.ts";
import { identifiedEvents, UNNAMED_EVENTS } from "../transform/identity.ts";
import { parsedEvents, type RawFile, rejectedEvents, unknownEvents } from "../transform/usage-facts.ts";
import { hashInto } from "./hash-contents.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** A batch is compared with the facts of its own time, and of a day more on either side. */
const DAY_MS = 86_400_000;

/** Makes the temp tables of a batch: `incoming`, those of its records that are facts, and those of them that are new. */
export async function findFresh(warehouse: WarehouseFile, files: readonly RawFile[]): Promise<Range> {
  const { db } = warehouse;
  await sql`create or replace temp table incoming as ${parsedEvents(files)}`.execute(db);
  await hashInto(warehouse, "incoming_hashes", UNNAMED_EVENTS);
  await sql`create or replace temp table incoming_identified as ${identifiedEvents()}`.execute(db);
  await sql`create or replace temp table incoming_rejected as ${rejectedEvents(files)}`.execute(db);
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from incoming_identified`.execute(db);
  const range = {
    from: new Date((rows[0]?.from?.getTime() ?? 0) - DAY_MS),
    to: new Date((rows[0]?.to?.getTime() ?? 0) + DAY_MS),
  };
  await sql`create or replace temp table incoming_fresh as ${unknownEvents(db, range)}`.execute(db);
  return range;
}

/** Whether an `event_id` came or went within this batch, or between it and what is known. */
export async function meetOtherKind({ db }: WarehouseFile, range: Range): Promise<{ known: boolean; batch: boolean }> {
  const { rows } = await sql<{ known: boolean; batch: boolean }>`${meetings(range)}`.execute(db);
  return rows[0]!;
}

/** Takes out what is known under the other kind of identity. */
export async function dropAlikeEvents(
  warehouse: WarehouseFile,
  files: readonly RawFile[],
  range: Range,
): Promise<void> {
  const { db } = warehouse;
  await sql`create or replace temp table incoming_compared as ${comparedFacts(files, range)}`.execute(db);
  await hashInto(warehouse, "incoming_contents", CONTENTS);
  await dropAlike.execute(db);
}
