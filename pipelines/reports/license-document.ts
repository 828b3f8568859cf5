import { RECOMMENDATION_WORDS, STATUS_WORDS } from "../../load/seeds.ts";
import type { QueryRows } from "../../load/warehouse/rows.ts";
import { STATUSES } from "./labels.ts";

/** How the seats were judged, as every format takes it; column names are the warehouse's. */
export interface LicenseVerdicts {
  /** The newest moment judged, `YYYY-MM-DDTHH:MM:SS.mmmZ`; null where nothing was ever loaded. */
  readonly as_of: string | null;
  /** What has to be said before anything else: of which organizations nothing is known as of that moment. */
  readonly notes: readonly string[];
  /** One row per org: the columns of `seat_summary`. */
  readonly summary: QueryRows;
  /** One row per seat: the columns of `seats`. */
  readonly seats: QueryRows;
  /** All seats, where `seats` are only those that were asked for: the conclusion is of all. */
  readonly every?: QueryRows;
  /** One row per org and decision: `org, username, email, decision, outcome, saving_realized_year`. */
  readonly decisions: QueryRows;
  /** One row per org and threshold asked for: `threshold_days` first, then the columns of `seat_summary`. */
  readonly whatIf: QueryRows;
}

/** Everything that a license report holds: what formats for people show around the seats, too. */
export interface LicenseDocument extends LicenseVerdicts {
  /** One row per org, week and status: `org, week_end_date, status, seats`. */
  readonly trend: QueryRows;
  /** One row per org, week and category: `org, week_start_date, category, facts, active_people`. */
  readonly activity: QueryRows;
  /** One row per org and team: `org, team, seats, active, idle, never_active, pending_invite, no_data`, then `wasted_month_*` by confidence and of invitations. */
  readonly teams: QueryRows;
  /** One row per org, stream and stretch: `org, stream, from, to, assured, note`; gaps too. */
  readonly coverage: QueryRows;
}

const definitionOf = (word: string) => {
  const found = [...STATUS_WORDS, ...RECOMMENDATION_WORDS].find((one) => one.word === word);
  return [word, found!.meaning] as const;
};

/** What each word of the report means: one row a term, `term, meaning`. */
export const DEFINITIONS: readonly (readonly [term: string, meaning: string])[] = [
  ["seat", "One person of one organization: a member, a guest or an open invitation. Each takes a paid seat."],
  ...STATUSES.map(definitionOf),
  ["confidence high", "The audit log and Insights (or pull reports) both watched the whole window."],
  ["confidence medium", "Insights or pull reports watched the whole window, the audit log did not."],
  [
    "confidence low",
    "Only the audit log watched the whole window: people who only pull, build or use Docker Desktop are invisible to it.",
  ],
  ["confidence none", "No source watched the whole window."],
  ...["reclaim", "review", "cancel_invite", "collect", "keep"].map(definitionOf),
  [
    "protected",
    "Service account: a configured pattern matches. Excluded: listed in the configuration. Decided: a decision to keep it. Owner, last owner: by role. Grace: joined lately.",
  ],
  ["wasted_month", "The price of a seat that is recommended to reclaim, review or cancel, for a month; else nothing."],
  [
    "saving_year",
    "Twelve times what is wasted a month, from the next renewal on: removed seats are not refunded before.",
  ],
  ["observed_days", "How many days of the threshold window the audit log is known to have been read for."],
];
