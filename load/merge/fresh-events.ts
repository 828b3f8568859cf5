import type { Kysely } from "kysely";
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
  eventSpellings,
  freshEvents,
  knownEvents,
  parsedEvents,
  parsedIds,
  type RawFile,
  rawPayloads,
  rejectedEvents,
} from "../../transform/auditlog.ts";
import { gatheredEvents, identifiedEvents, UNNAMED_EVENTS, unnamedRows } from "../../transform/identity.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { statement } from "../warehouse/statement.ts";
import { hashInto } from "./hash-contents.ts";
import { makeTemp, makeTempView } from "./temp-table.ts";

/** A batch is compared with the facts of its own time, and of a day more on either side. */
const DAY_MS = 86_400_000;

/**
 * Parses a batch: `incoming` and the views of its records; says whether there are events without an `event_id`. What is made
 * inside a transaction is read on one core while that lasts, so this comes before it wherever it may.
 */
export async function parseBatch(db: Kysely<Warehouse>, files: readonly RawFile[]): Promise<{ hasUnnamed: boolean }> {
  await makeTemp(db, "incoming_files", batchFiles(files));
  await makeTempView(db, "incoming_payloads", rawPayloads(files));
  await makeTemp(db, "incoming", parsedIds());
  await makeTemp(db, "incoming_spellings", eventSpellings());
  await makeTempView(db, "incoming_unnamed_rows", unnamedRows());
  await makeTempView(db, "incoming_unnamed", parsedEvents("incoming_unnamed_rows"));
  const unnamed = await db.selectFrom("incoming_unnamed_rows").select("row_id").limit(1).execute();
  return { hasUnnamed: unnamed.length > 0 };
}

/** Of a parsed batch: which of its records are facts, which of those are known, and what facts join. */
export async function findFresh(db: Kysely<Warehouse>): Promise<Range> {
  await hashInto(db, "incoming_hashes", UNNAMED_EVENTS);
  await makeTemp(db, "incoming_gathered", gatheredEvents());
  // no second copy of the ids
  await makeTempView(db, "incoming_identified", identifiedEvents());
  await makeTemp(db, "incoming_rejected", rejectedEvents());
  const { rows } = await statement<{ from: Date | null; to: Date | null }>("merge/time_range").execute(db);
  const range = {
    from: new Date((rows[0]?.from?.getTime() ?? 0) - DAY_MS),
    to: new Date((rows[0]?.to?.getTime() ?? 0) + DAY_MS),
  };
  await makeTemp(db, "incoming_known", knownEvents(range));
  await makeTempView(db, "incoming_fresh", freshEvents());
  await makeTempView(db, "incoming_events", parsedEvents("incoming_fresh"));
  await makeTemp(db, "known_people", knownPeople());
  return range;
}

/** Whether an `event_id` came or went within this batch, or between it and what is known. */
export async function meetOtherKind(tx: Kysely<Warehouse>, range: Range): Promise<{ known: boolean; batch: boolean }> {
  const { rows } = await meetings(range).execute(tx);
  return rows[0]!;
}

/** Takes out what is known under the other kind of identity. */
export async function dropAlikeEvents(tx: Kysely<Warehouse>, range: Range): Promise<void> {
  await makeTemp(tx, "incoming_shown", meetingEvents(range));
  await makeTempView(tx, "incoming_shown_events", parsedEvents("incoming_shown"));
  await makeTemp(tx, "incoming_shown_facts", auditFacts("incoming_shown_events"));
  await makeTemp(tx, "incoming_compared", comparedFacts(range));
  await hashInto(tx, "incoming_contents", COMPARED_CONTENTS);
  await dropAlike().execute(tx);
}
