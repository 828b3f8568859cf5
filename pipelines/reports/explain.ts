import { EVIDENCE, RECOMMENDATION_WORDS, STATUS_WORDS } from "../../load/seeds.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows, type ValueType } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import { UsageError } from "../usage-error.ts";
import { knownSince } from "./known-since.ts";
import { type LicenseQuestion, prepareSeats } from "./licenses.ts";
import { plainText } from "./plain-text.ts";
import { toRecords } from "./records.ts";
import { whatWouldChange } from "./would-change.ts";

type Cells = Record<string, string | number | boolean | string[] | null>;

/** The evidence behind one verdict, in the order in which it is told. */
export interface ExplainedSeat {
  readonly org: string;
  readonly seat: Cells;
  readonly tenure: Cells;
  readonly sources: { readonly source: string; readonly covers_window: boolean; readonly tells: string }[];
  readonly last_facts: Cells[];
  readonly window: Cells;
  readonly verdict: Cells;
  /** The rule that fired, in the words of the rules. */
  readonly rule: { readonly status: string; readonly recommendation: string };
  readonly would_change: string[];
}

export interface Explanation {
  readonly user: string;
  readonly as_of: string | null;
  readonly seats: ExplainedSeat[];
}

/** The rule that gives a word, by the word. */
const RULES: ReadonlyMap<string, string> = new Map(
  [...STATUS_WORDS, ...RECOMMENDATION_WORDS].map(({ word, rule }) => [word, rule]),
);
const ruleOf = (word: unknown) => `${word}: ${RULES.get(String(word))}`;

/**
 * Why a seat got its verdict, for every organization in which `user` (a username, a former one, or an e-mail address) has one.
 * @throws UsageError with near matches where nobody is called so
 */
export async function explainSeat(
  warehouse: WarehouseFile,
  user: string,
  question: LicenseQuestion,
): Promise<Explanation> {
  await prepareSeats(warehouse, question);
  const name = user.trim().toLowerCase();
  const found = await objects(warehouse, sqlText("questions/seats_of_user"), [name]);
  const seats = found.filter(({ org }) => question.orgs === null || question.orgs.includes(String(org)));
  if (seats.length === 0) {
    const elsewhere = found.map(({ org }) => String(org));
    throw new UsageError(
      elsewhere.length > 0
        ? `"${user}" has no seat in ${question.orgs!.join(", ")}; the seat is in ${elsewhere.join(", ")}: name it with --connection, or with --all where it is retired`
        : await nobody(warehouse, user, question),
    );
  }
  const explained = [];
  for (const seat of seats) explained.push(await explainOne(warehouse, seat));
  return {
    user,
    as_of:
      seats
        .map((seat) => String(seat.as_of))
        .sort()
        .at(-1) ?? null,
    seats: explained,
  };
}

async function nobody(warehouse: WarehouseFile, user: string, question: LicenseQuestion): Promise<string> {
  const { orgs, asOf } = question;
  const notes = await knownSince(warehouse, question);
  if (notes.length > 0) return `nobody with a seat on ${asOf} is known as "${user}"; ${notes.join(" ")}`;
  const found = await objects(warehouse, sqlText("questions/near_names"), [user.trim().toLowerCase()]);
  const shown = found.filter(({ org }) => orgs === null || orgs.includes(String(org)));
  const near = [...new Set(shown.map(({ name }) => String(name)))].slice(0, 5);
  const hint = near.length > 0 ? `did you mean ${near.join(", ")}?` : '"docktally report licenses" lists every seat';
  return `nobody with a seat is called "${user}"; ${hint}`;
}

async function explainOne(warehouse: WarehouseFile, seat: Cells): Promise<ExplainedSeat> {
  const facts = await objects(
    warehouse,
    sqlText("questions/last_facts"),
    [seat.org, seat.member_key, seat.as_of, seat.active_after].map(String),
  );
  const observed = (seat.sources_observed as string[] | null) ?? [];
  return {
    org: String(seat.org),
    seat: pick(seat, [
      ...["username", "email", "full_name", "role", "seat_type", "teams", "department", "manager", "cost_center"],
      ...["protected_reason", "protected_until", "protected_note"],
      ...["decision", "decision_by", "decision_until", "decision_note"],
    ]),
    tenure: pick(seat, [
      "member_since_at",
      "tenure_source",
      "tenure_days",
      "invited_at",
      "invite_age_days",
      "joins_90d",
    ]),
    sources: [...EVIDENCE].map(([source, tells]) => ({
      source,
      covers_window: observed.includes(source),
      tells,
    })),
    last_facts: facts,
    window: {
      from: seat.active_after ?? null,
      to: seat.as_of ?? null,
      ...pick(seat, ["threshold_days", "observed_days", "grace_days"]),
    },
    verdict: pick(seat, [
      "status",
      "status_reason",
      "confidence",
      "recommendation",
      "previous_status",
      "status_changed_at",
      "wasted_month",
      "currency",
    ]),
    rule: {
      status: ruleOf(seat.status),
      recommendation:
        seat.protected_reason === null ? ruleOf(seat.recommendation) : `keep: protected (${protectionText(seat)})`,
    },
    would_change: whatWouldChange(seat, observed),
  };
}

/** Why a seat is protected, and until when: `excluded until 2027-01-01: parental leave`. */
export function protectionText(seat: Readonly<Record<string, unknown>>): string {
  const { protected_reason, protected_until, protected_note } = seat;
  const until = protected_until ? ` until ${String(protected_until)}` : "";
  return `${String(protected_reason)}${until}${protected_note ? `: ${String(protected_note)}` : ""}`;
}

function pick(seat: Cells, names: readonly string[]): Cells {
  return Object.fromEntries(names.map((name) => [name, seat[name] ?? null]));
}

async function objects({ connection }: WarehouseFile, query: string, values: string[]): Promise<Cells[]> {
  const { columns, rows } = await readRows(connection, query, values);
  const cells = rows.map((row) => row.map((value, i) => cell(value, columns[i]!.type)));
  return toRecords({ columns, rows: cells }) as Cells[];
}

function cell(value: unknown, type: ValueType): Cells[string] {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" || typeof value === "boolean" ? value : plainText(value, type);
}
