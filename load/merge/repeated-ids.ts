import { sql, type Transaction } from "kysely";
import type { Range } from "../../transform/alike-events.ts";
import { parsedEvents } from "../../transform/auditlog.ts";
import {
  dropSameData,
  metLater,
  REPEATED_DATA,
  repeatsOfEachOther,
  repeatsOfKnown,
  suspectRows,
} from "../../transform/repeated-ids.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { addWarning } from "../runs.ts";
import { statement } from "../warehouse/statement.ts";
import { hashInto } from "./hash-contents.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { makeTemp } from "./temp-table.ts";

/** An `event_id` that two events have. */
export interface Repeat {
  readonly row_id: bigint;
  readonly org: string;
  readonly event_id: string;
  readonly occurred_at: Date;
  readonly source_action: string;
  readonly first_at: Date;
  readonly first_action: string;
  /** The record takes the place of a fact that another window of the same run brought. */
  readonly wins: boolean;
}

/**
 * What the source says twice under one `event_id` is one fact: the first that was read, and within one run the earliest. The
 * others leave the fresh records, and so are duplicates.
 */
export async function resolveRepeats(tx: Transaction<Warehouse>, range: Range): Promise<readonly Repeat[]> {
  await makeTemp(tx, "incoming_met", metLater());
  await makeTemp(tx, "incoming_suspect_rows", suspectRows());
  const suspects = await tx.selectFrom("incoming_suspect_rows").select("row_id").limit(1).execute();
  if (suspects.length === 0) return [];
  await makeTemp(tx, "incoming_suspects", parsedEvents("incoming_suspect_rows"));
  await makeTemp(tx, "incoming_repeats", repeatsOfKnown(range));
  await sql`insert into incoming_repeats ${repeatsOfEachOther()}`.execute(tx);
  await hashInto(tx, "incoming_data", REPEATED_DATA);
  await dropSameData().execute(tx);
  await statement("merge/drop_repeats").execute(tx);
  const { rows } = await statement<Repeat>("merge/repeats").execute(tx);
  if (rows.some(({ wins }) => wins)) await replace(tx);
  return rows;
}

/** Puts the records that win into the place of the facts that came before them by chance. */
async function replace(tx: Transaction<Warehouse>): Promise<void> {
  await statement("merge/recount_replaced").execute(tx);
  await statement("merge/touch_replaced").execute(tx);
  await statement("merge/drop_replaced").execute(tx);
  await statement("merge/add_replacing").execute(tx);
}

/** Repeats named one by one for each file; the rest of them is a number. */
const MOST_NAMED = 20;

/** Keeps a warning of each repeat in `ops.warnings`, once, however often it is read; gives the new ones, by the number of their file. */
export async function warnOfRepeats(
  tx: Transaction<Warehouse>,
  files: readonly RawFileInfo[],
  repeats: readonly Repeat[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const fresh = new Map<number, string[]>();
  for (const [i, { org, name, run_id }] of files.entries()) {
    const ofFile = repeats.filter(({ row_id }) => row_id >> 32n === BigInt(i));
    const messages = ofFile.slice(0, MOST_NAMED).map(sayRepeat);
    if (ofFile.length > MOST_NAMED)
      messages.push(`${name}: ${ofFile.length - MOST_NAMED} more event_ids came again with something else to say`);
    const added: string[] = [];
    for (const message of messages) {
      const isNew = await addWarning({ db: tx }, run_id, {
        org,
        stream: "auditlog",
        kind: "repeated_event_id",
        message,
      });
      if (isNew) added.push(message);
    }
    fresh.set(i, added);
  }
  return fresh;
}

function sayRepeat({ org, event_id, wins, ...repeat }: Repeat): string {
  const record = `${repeat.source_action} at ${repeat.occurred_at.toISOString()}`;
  const known = `${repeat.first_action} at ${repeat.first_at.toISOString()}`;
  const [first, other] = wins ? [record, known] : [known, record];
  const id = JSON.stringify(event_id.slice(0, 100));
  return `${org}: Docker Hub gave the event_id ${id} to two events. The first (${first}) is the fact; the other (${other}) is counted as a duplicate and stays in the raw files. Nothing is to be done`;
}
