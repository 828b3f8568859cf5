import picocolors from "picocolors";
import { type ExplainedSeat, type Explanation, protectionText } from "./explain.ts";
import { visible } from "./table.ts";

/** The evidence for a person: one block a seat. */
export function explanationText({ seats }: Explanation, color: boolean): string {
  const paint = picocolors.createColors(color);
  return `${seats.map((seat) => seatText(seat, paint)).join("\n\n")}\n`;
}

function seatText(explained: ExplainedSeat, paint: ReturnType<typeof picocolors.createColors>): string {
  const { org, seat, tenure, sources, last_facts, window, verdict, rule, would_change } = explained;
  const name = visible(String(seat.username ?? seat.email));
  const who = [seat.full_name, seat.role, seat.seat_type].filter(Boolean).map((part) => visible(String(part)));
  const days = `${window.threshold_days} days, the audit log observed for ${window.observed_days} of them`;
  const lines = [
    paint.bold(`${name} in ${org}: ${verdict.status}, ${verdict.recommendation} (confidence ${verdict.confidence})`),
    `  ${visible(String(verdict.status_reason))}`,
    "",
    ...block("who", [`${who.join(", ")}; teams: ${list(seat.teams)}`]),
    ...companyLines(seat),
    ...block("tenure", [tenureText(tenure)]),
    ...block("window", [`${time(window.from)} to ${time(window.to)}: ${days}`]),
    ...block(
      "sources",
      sources.map(({ source, covers_window, tells }) => `${covers_window ? "yes" : "no "}  ${source}: ${tells}`),
    ),
    ...block("last facts", last_facts.length === 0 ? ["none on record"] : last_facts.map(factText)),
    ...block("rule", [rule.status, rule.recommendation]),
    ...(verdict.previous_status
      ? block("before", [`${verdict.previous_status}, until ${time(verdict.status_changed_at)}`])
      : []),
    ...block("would change", would_change.map(withoutFraction)),
  ];
  return lines.join("\n");
}

/** What the operator's own files and configuration say of the seat. */
function companyLines(seat: ExplainedSeat["seat"]): string[] {
  const place = ["department", "manager", "cost_center"].flatMap((name) =>
    seat[name] ? [`${name.replace("_", " ")} ${visible(String(seat[name]))}`] : [],
  );
  const by = seat.decision_by ? ` by ${visible(String(seat.decision_by))}` : "";
  const until = seat.decision_until ? ` until ${seat.decision_until}` : "";
  const note = seat.decision_note ? `: ${visible(String(seat.decision_note))}` : "";
  return [
    ...(place.length > 0 ? block("company", [place.join(", ")]) : []),
    ...(seat.protected_reason ? block("protected", [visible(protectionText(seat))]) : []),
    ...(seat.decision ? block("decision", [`${seat.decision}${by}${until}${note}`]) : []),
  ];
}

/** Texts beside a label, each on a line of its own. */
function block(label: string, texts: readonly string[]): string[] {
  return texts.map((text, i) => `  ${(i === 0 ? label : "").padEnd(LABEL)}${text}`);
}

const LABEL = "would change  ".length;
const withoutFraction = (text: string) => text.replace(/(T\d\d:\d\d:\d\d)\.\d+Z/g, "$1Z");
const time = (value: unknown) => withoutFraction(String(value));

const list = (value: unknown) => (Array.isArray(value) && value.length > 0 ? visible(value.join(", ")) : "none");

function tenureText(tenure: ExplainedSeat["tenure"]): string {
  if (tenure.invited_at) return `invited ${time(tenure.invited_at)}, ${tenure.invite_age_days} days ago`;
  if (tenure.tenure_source === "before_observation")
    return "a member before the first snapshot; since when is not known";
  if (tenure.member_since_at)
    return `member since ${time(tenure.member_since_at)} (${tenure.tenure_source}), ${tenure.tenure_days} days`;
  return "not joined; since when invited is not known";
}

function factText(fact: ExplainedSeat["last_facts"][number]): string {
  const what = `${time(fact.last_at)}  ${visible(String(fact.action))} (${fact.source}${fact.via_token ? ", by token" : ""})`;
  const where = fact.resource ? ` ${visible(String(fact.resource))}` : "";
  return `${what}${where}; ${fact.facts_in_window} of ${fact.facts} in the window`;
}
