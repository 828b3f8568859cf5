import { sql, type Transaction } from "kysely";
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
  parsedEvents,
  type RawFile,
  rejectedEvents,
  unknownEvents,
} from "../../transform/auditlog.ts";
import { identifiedEvents, UNNAMED_EVENTS } from "../../transform/identity.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { learnFromEvents } from "../organizations.ts";
import { hashInto } from "./hash-contents.ts";

/** A batch is compared with the facts of its own time, and of a day more on either side. */
const DAY_MS = 86_400_000;

/** Makes the temp tables of a batch: `incoming`, those of its records that are facts, those of them that are new, and what facts join. */
export async function findFresh(tx: Transaction<Warehouse>, files: readonly RawFile[]): Promise<Range> {
  await sql`create or replace temp table incoming_files as ${batchFiles(files)}`.execute(tx);
  await sql`create or replace temp table incoming as ${parsedEvents(files)}`.execute(tx);
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
  await sql`create or replace temp table incoming_fresh as ${unknownEvents(tx, range)}`.execute(tx);
  await sql`create or replace temp table known_people as ${knownPeople()}`.execute(tx);
  return range;
}

/** Whether an `event_id` came or went within this batch, or between it and what is known. */
export async function meetOtherKind(
  tx: Transaction<Warehouse>,
  range: Range,
): Promise<{ known: boolean; batch: boolean }> {
  const { rows } = await meetings(range).execute(tx);
  return rows[0]!;
}

/** Takes out what is known under the other kind of identity. */
export async function dropAlikeEvents(tx: Transaction<Warehouse>, range: Range): Promise<void> {
  await sql`create or replace temp table incoming_shown as ${meetingEvents(range)}`.execute(tx);
  await sql`create or replace temp table incoming_shown_facts as ${auditFacts("incoming_shown")}`.execute(tx);
  await sql`create or replace temp table incoming_compared as ${comparedFacts(range)}`.execute(tx);
  await hashInto(tx, "incoming_contents", COMPARED_CONTENTS);
  await dropAlike().execute(tx);
}
