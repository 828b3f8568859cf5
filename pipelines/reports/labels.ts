import { RECOMMENDATION_WORDS, STATUS_WORDS } from "../../load/seeds.ts";

/** All statuses, in the order in which every format shows them. */
export const STATUSES: readonly string[] = STATUS_WORDS.map(({ word }) => word);

/** All recommendations, what is worth doing first. */
export const RECOMMENDATIONS: readonly string[] = RECOMMENDATION_WORDS.map(({ word }) => word);

/** The columns of savings, the surest first, kept apart: they are never added up. */
export const SAVINGS = [
  ["saving_year_spare", "Never assigned"],
  ["saving_year_high", "High confidence"],
  ["saving_year_medium", "Medium confidence"],
  ["saving_year_low", "Low confidence"],
  ["saving_year_invites", "Open invitations"],
] as const;

/** Columns whose values are amounts of money. */
export const MONEY: ReadonlySet<string> = new Set([
  "price_per_seat_month",
  "wasted_month",
  "wasted_month_high",
  "wasted_month_medium",
  "wasted_month_low",
  "wasted_month_invites",
  "saving_year",
  "cost_month",
  "cost_per_active_seat",
  "saving_realized_year",
  ...SAVINGS.map(([name]) => name),
]);

const LABELS: Readonly<Record<string, string>> = {
  as_of: "As of (UTC)",
  org: "Organization",
  run_id: "Run",
  member_key: "Seat",
  is_owner: "Owner",
  protected_reason: "Protected",
  member_since_at: "Member since (UTC)",
  tenure_source: "Member since: known from",
  joins_90d: "Joins in 90 days",
  active_days_30: "Active days of 30",
  active_days_60: "Active days of 60",
  active_days_90: "Active days of 90",
  facts_30: "Facts in 30 days",
  facts_90: "Facts in 90 days",
  recommendation: "To do",
  observed_days: "Days observed",
  threshold_days: "Threshold (days)",
  status_reason: "Why",
  price_per_seat_month: "Price of a seat, a month",
  wasted_month: "Wasted a month",
  wasted_month_high: "Wasted a month, high confidence",
  wasted_month_medium: "Wasted a month, medium confidence",
  wasted_month_low: "Wasted a month, low confidence",
  wasted_month_invites: "Wasted a month, open invitations",
  saving_year: "Saving a year",
  saving_effective_date: "Saving starts",
  seats_over_assigned: "Seats over-assigned",
  cost_month: "Cost a month",
  utilization: "Utilization (active of assigned seats)",
  cost_per_active_seat: "Cost a month of all seats paid for, by active seat",
  seats_at_renewal_high: "Seats to buy at the renewal",
  seats_at_renewal_medium: "Seats to buy, if those of medium confidence go too",
  seats_at_renewal_low: "Seats to buy, if those of low confidence go too",
  saving_year_spare: "Saving a year, never assigned",
  saving_year_high: "Saving a year, high confidence",
  saving_year_medium: "Saving a year, medium confidence",
  saving_year_low: "Saving a year, low confidence",
  saving_year_invites: "Saving a year, open invitations",
  saving_realized_year: "Saved already, a year",
  email: "E-mail",
  ...Object.fromEntries([...STATUS_WORDS, ...RECOMMENDATION_WORDS].map(({ word, label }) => [word, label])),
};

/** The readable name of a column or of a value such as `never_active`. */
export function labelOf(name: string): string {
  if (Object.hasOwn(LABELS, name)) return LABELS[name]!;
  const words = name.replaceAll("_", " ").trim();
  const readable = words.charAt(0).toUpperCase() + words.slice(1);
  return name.endsWith("_at") ? `${readable.slice(0, -3)} (UTC)` : readable;
}
