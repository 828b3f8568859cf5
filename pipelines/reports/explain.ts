import { EVIDENCE, RECOMMENDATION_WORDS, STATUS_WORDS } from "../../load/seeds.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows, type ValueType } from "../../load/warehouse/rows.ts";
import { UsageError } from "../usage-error.ts";
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
  const found = await objects(warehouse, FIND, [name]);
  const seats = found.filter(({ org }) => question.orgs === null || question.orgs.includes(String(org)));
  if (seats.length === 0) throw new UsageError(await nobody(warehouse, user, question.orgs));
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

const FIND = `
  select seats.*, windows.active_after, windows.grace_after, windows.known_until, windows.grace_days, windows.invite_after_days
  from seats
  join seat_windows as windows using (moment_id, org)
  where moment_id = 0 and (
    $1 in (seats.member_key, lower(seats.username), lower(seats.email))
    or (seats.org, seats.member_key) in (
      select (org, member_key) from seat_names where username = $1 and as_of = seats.as_of
    )
  )
  order by seats.org`;

const LAST_FACTS = `
  select
    facts.action,
    max(occurred_at) as last_at,
    facts.source,
    arg_max(facts.via_token, occurred_at) as via_token,
    arg_max(facts.resource, occurred_at) as resource,
    count(*) filter (occurred_at > $4::timestamp) as facts_in_window,
    count(*) as facts
  from seat_names as names
  join fct_usage as facts
    on facts.org = names.org and facts.actor = names.username and facts.occurred_at <= names.known_until
    and facts.occurred_at > names.used_from and facts.occurred_at <= names.used_until
  where names.org = $1 and names.member_key = $2 and names.as_of = $3::timestamp
    and facts.actor_kind not in ('org_token', 'docker_support')
  group by facts.action, facts.source
  order by last_at desc, action`;

const NEAR = `
  select distinct coalesce(username, email) as name, org
  from seats
  where moment_id = 0 and (
    contains(lower(coalesce(username, '')), $1) or contains(lower(coalesce(email, '')), $1)
    or jaro_winkler_similarity(lower(coalesce(username, '')), $1) > 0.8
    or jaro_winkler_similarity(lower(coalesce(email, '')), $1) > 0.85
  )
  order by jaro_winkler_similarity(lower(name), $1) desc, name
  limit 25`;

async function nobody(warehouse: WarehouseFile, user: string, orgs: readonly string[] | null): Promise<string> {
  const found = await objects(warehouse, NEAR, [user.trim().toLowerCase()]);
  const shown = found.filter(({ org }) => orgs === null || orgs.includes(String(org)));
  const near = [...new Set(shown.map(({ name }) => String(name)))].slice(0, 5);
  const hint = near.length > 0 ? `did you mean ${near.join(", ")}?` : '"docktally report licenses" lists every seat';
  return `nobody with a seat is called "${user}"; ${hint}`;
}

async function explainOne(warehouse: WarehouseFile, seat: Cells): Promise<ExplainedSeat> {
  const facts = await objects(
    warehouse,
    LAST_FACTS,
    [seat.org, seat.member_key, seat.as_of, seat.active_after].map(String),
  );
  const observed = (seat.sources_observed as string[] | null) ?? [];
  return {
    org: String(seat.org),
    seat: pick(seat, ["username", "email", "full_name", "role", "seat_type", "teams", "protected_reason"]),
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
        seat.protected_reason === null ? ruleOf(seat.recommendation) : `keep: protected (${seat.protected_reason})`,
    },
    would_change: whatWouldChange(seat, observed),
  };
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
