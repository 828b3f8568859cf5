import { type RawBuilder, sql } from "kysely";
import type { Range } from "./alike-events.ts";
import type { RejectedRow } from "./ops-tables.ts";
import { query } from "./query.ts";
import type { EventRow, FactRow, IncomingRow } from "./warehouse.ts";

/** A raw file as the engine opens it (`path`) and as the warehouse names it (`name`, relative to the data folder). */
export interface RawFile {
  readonly path: string;
  readonly name: string;
  readonly org: string;
  /** The organization's first spelling in the raw zone, which ids are made of. */
  readonly firstOrg: string;
  readonly readAt: Date;
  /** The run that read it, and its place among the batch's runs. */
  readonly runId: string;
  readonly runNumber: number;
}

/** The raw files of a batch, numbered in the order given: the table `incoming_files` that the other queries join. */
export function batchFiles(files: readonly RawFile[]): RawBuilder<unknown> {
  const rows = files.map(
    ({ path, name, org, firstOrg, readAt, runId, runNumber }, i) =>
      sql`(${sql.join([i, path, name, org, firstOrg, runId, runNumber].map((value) => sql.lit(value)))}, ${sql.lit(readAt)}::timestamp)`,
  );
  return sql`from (values ${sql.join(rows)}) as file (number, path, name, org, first_org, run_id, run_number, read_at)`;
}

/** The records of the batch as they were sent: `incoming_payloads`. */
export const rawPayloads = (files: readonly RawFile[]) =>
  query("raw_payloads", { paths: files.map(({ path }) => path) });

/** What a batch keeps of each record: `incoming`. */
export const parsedIds = () => query<IncomingRow>("parsed_ids");

/** How the events of the batch spell their organizations: `incoming_spellings`. */
export const eventSpellings = () => query("event_spellings");

/** The records that a relation names by `row_id`, parsed by the engine. */
export const parsedEvents = (rows: string) => query<EventRow>("parsed_events", { rows });

/** Which records of the batch the warehouse holds by their identity, from its own time. */
export const knownEvents = ({ from, to }: Range) => query("known_events", { from, to });

/** Those that it does not hold. */
export const freshEvents = () => query("fresh_events");

/** Parsed events as usage facts, given `known_people`. */
export const auditFacts = (records: "incoming_events" | "incoming_shown_events") =>
  query<FactRow>("audit_facts", { records });

/** On which days the batch's files have events, known before or not: on these stands what is assured of the log. */
export const eventDays = () => query("event_days");

/** The records of the batch that cannot become facts, each once, with what was sent. */
export const rejectedEvents = () => query<RejectedRow>("rejected_events");
