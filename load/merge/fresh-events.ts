import type { Transaction } from "kysely";
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
import { statement } from "../warehouse/statement.ts";
import { hashInto } from "./hash-contents.ts";
import { makeTemp } from "./temp-table.ts";

/** A batch is compared with the facts of its own time, and of a day more on either side. */
const DAY_MS = 86_400_000;

/** Makes the temp tables of a batch: `incoming`, those of its records that are facts, those of them that are new, and what facts join. */
export async function findFresh(tx: Transaction<Warehouse>, files: readonly RawFile[]): Promise<Range> {
  await makeTemp(tx, "incoming_files", batchFiles(files));
  await makeTemp(tx, "incoming", parsedEvents(files));
  await learnFromEvents(tx);
  await hashInto(tx, "incoming_hashes", UNNAMED_EVENTS);
  await makeTemp(tx, "incoming_identified", identifiedEvents());
  await makeTemp(tx, "incoming_rejected", rejectedEvents());
  const { rows } = await statement<{ from: Date | null; to: Date | null }>("merge/time_range").execute(tx);
  const range = {
    from: new Date((rows[0]?.from?.getTime() ?? 0) - DAY_MS),
    to: new Date((rows[0]?.to?.getTime() ?? 0) + DAY_MS),
  };
  await makeTemp(tx, "incoming_fresh", unknownEvents(tx, range));
  await makeTemp(tx, "known_people", knownPeople());
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
  await makeTemp(tx, "incoming_shown", meetingEvents(range));
  await makeTemp(tx, "incoming_shown_facts", auditFacts("incoming_shown"));
  await makeTemp(tx, "incoming_compared", comparedFacts(range));
  await hashInto(tx, "incoming_contents", COMPARED_CONTENTS);
  await dropAlike().execute(tx);
}
