import { type Kysely, sql } from "kysely";
import { knownPeople } from "../../transform/actor-kinds.ts";
import {
  COMPARED_CONTENTS,
  comparedFacts,
  dropAlike,
  meetingEvents,
  meetings,
  type Range,
} from "../../transform/alike-events.ts";
import {
  auditFacts,
  batchFiles,
  knownEvents,
  parsedEvents,
  parsedIds,
  type RawFile,
  rejectedEvents,
} from "../../transform/auditlog.ts";
import { identifiedEvents, UNNAMED_EVENTS } from "../../transform/identity.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { learnFromEvents } from "../organizations.ts";
import { hashInto } from "./hash-contents.ts";

/** A batch is compared with the facts of its own time, and of a day more on either side. */
const DAY_MS = 86_400_000;

/**
 * Makes the relations of a batch: `incoming`, those of its records that are facts, which of them are known, and what facts join.
 * Tables made inside a transaction are read on one core while it lasts, so this is called before one where that may be.
 */
export async function findFresh(tx: Kysely<Warehouse>, files: readonly RawFile[]): Promise<Range> {
  await sql`create or replace temp table incoming_files as ${batchFiles(files)}`.execute(tx);
  await sql`create or replace temp view incoming_records as ${parsedEvents(files)}`.execute(tx);
  await sql`create or replace temp table incoming as ${parsedIds()}`.execute(tx);
  await learnFromEvents(tx);
  await hashInto(tx, "incoming_hashes", UNNAMED_EVENTS);
  await sql`create or replace temp table incoming_identified as ${identifiedEvents()}`.execute(tx);
  await sql`create or replace temp table incoming_rejected as ${rejectedEvents()}`.execute(tx);
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from incoming_identified`.execute(tx);
  const range = {
    from: new Date((rows[0]?.from?.getTime() ?? 0) - DAY_MS),
    to: new Date((rows[0]?.to?.getTime() ?? 0) + DAY_MS),
  };
  await sql`create or replace temp table incoming_known as ${knownEvents(range)}`.execute(tx);
  await sql`create or replace temp view incoming_fresh as from incoming_identified anti join incoming_known using (row_id)`.execute(tx);
  await sql`create or replace temp table known_people as ${knownPeople()}`.execute(tx);
  return range;
}

/** Whether an `event_id` came or went within this batch, or between it and what is known. */
export async function meetOtherKind(
  tx: Kysely<Warehouse>,
  range: Range,
): Promise<{ known: boolean; batch: boolean }> {
  const { rows } = await meetings(range).execute(tx);
  return rows[0]!;
}

/** Takes out what is known under the other kind of identity. */
export async function dropAlikeEvents(tx: Kysely<Warehouse>, range: Range): Promise<void> {
  await sql`create or replace temp table incoming_shown as ${meetingEvents(range)}`.execute(tx);
  await sql`create or replace temp table incoming_shown_facts as ${auditFacts("incoming_shown")}`.execute(tx);
  await sql`create or replace temp table incoming_compared as ${comparedFacts(range)}`.execute(tx);
  await hashInto(tx, "incoming_contents", COMPARED_CONTENTS);
  await dropAlike().execute(tx);
}
