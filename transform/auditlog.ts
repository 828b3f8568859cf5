import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Range } from "./alike-events.ts";
import type { RejectedRow } from "./ops-tables.ts";
import { query } from "./query.ts";
import type { FactRow, IncomingRow, Warehouse } from "./warehouse.ts";

/** A raw file as the engine opens it (`path`) and as the warehouse names it (`name`, relative to the data folder). */
export interface RawFile {
  readonly path: string;
  readonly name: string;
  readonly org: string;
  /** The organization's first spelling in the raw zone, which ids are made of. */
  readonly firstOrg: string;
  readonly readAt: Date;
}

/** The raw files of a batch, numbered in the order given: the table `incoming_files` that the other queries join. */
export function batchFiles(files: readonly RawFile[]): RawBuilder<unknown> {
  const rows = files.map(
    ({ path, name, org, firstOrg, readAt }, i) =>
      sql`(${sql.join([i, path, name, org, firstOrg].map((value) => sql.lit(value)))}, ${sql.lit(readAt)}::timestamp)`,
  );
  return sql`from (values ${sql.join(rows)}) as file (number, path, name, org, first_org, read_at)`;
}

/** Raw audit events of the batch, parsed by the engine: one row a record, with the reason where it cannot become a fact. */
export const parsedEvents = (files: readonly RawFile[]) =>
  query<IncomingRow>("parsed_events", { paths: files.map(({ path }) => path) });

/**
 * The facts of the batch that the warehouse does not hold. Only the batch's own time range is
 * compared: merging a night costs the same on a year of history as on a week.
 */
export function unknownEvents(db: Kysely<Warehouse>, range: Range) {
  return db
    .selectFrom("incoming_identified as fresh")
    .selectAll("fresh")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("fct_usage as known")
            .select(sql.lit(1).as("one"))
            .whereRef("known.fact_id", "=", "fresh.fact_id")
            .whereRef("known.org", "=", "fresh.org")
            .where("known.occurred_at", ">=", range.from)
            .where("known.occurred_at", "<=", range.to),
        ),
      ),
    );
}

/** The records that a relation names (`fact_id, row_id`), as usage facts, given `known_people`. */
export const auditFacts = (records: "incoming_fresh" | "incoming_shown" = "incoming_fresh") =>
  query<FactRow>("audit_facts", { records });

/** On which days the batch's files have events, known before or not: on these stands what is assured of the log. */
export const eventDays = () => query("event_days");

/** The records of the batch that cannot become facts, each once, with what was sent. */
export const rejectedEvents = () => query<RejectedRow>("rejected_events");
