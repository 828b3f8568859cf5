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
  const lines = [
    paint.bold(`${name} in ${org}: ${verdict.status}, ${verdict.recommendation} (confidence ${verdict.confidence})`),
    `  ${visible(String(verdict.status_reason))}`,
    "",
    `  who        ${[seat.full_name, seat.role, seat.seat_type]
      .filter(Boolean)
      .map((part) => visible(String(part)))
      .join(", ")}; teams: ${list(seat.teams)}`,
    ...companyLines(explained),
    `  tenure     ${tenureText(tenure)}`,
    `  window     ${window.from} to ${window.to}: ${window.threshold_days} days, the audit log observed for ${window.observed_days} of them`,
    ...sources.map(
      ({ source, covers_window, tells }, i) =>
        `  ${i === 0 ? "sources " : "        "}   ${covers_window ? "yes" : "no "}  ${source}: ${tells}`,
    ),
    ...factLines(last_facts),
    `  rule       ${rule.status}`,
    `             ${rule.recommendation}`,
  ];
  if (verdict.previous_status)
    lines.push(`  before     ${verdict.previous_status}, until ${verdict.status_changed_at}`);
  for (const [i, change] of would_change.entries())
    lines.push(`  ${i === 0 ? "would change" : "            "} ${change}`);
  return lines.join("\n");
}

/** What the operator's own files and configuration say of the seat. */
function companyLines({ seat }: ExplainedSeat): string[] {
  const place = ["department", "manager", "cost_center"].flatMap((name) =>
    seat[name] ? [`${name.replace("_", " ")} ${visible(String(seat[name]))}`] : [],
  );
  const said = seat.decision && [
    visible(String(seat.decision)),
    ...(seat.decision_by ? [`by ${visible(String(seat.decision_by))}`] : []),
    ...(seat.decision_until ? [`until ${seat.decision_until}`] : []),
  ];
  const note = seat.decision_note ? `: ${visible(String(seat.decision_note))}` : "";
  return [
    ...(place.length > 0 ? [`  company    ${place.join(", ")}`] : []),
    ...(seat.protected_reason ? [`  protected  ${visible(protectionText(seat))}`] : []),
    ...(said ? [`  decision   ${said.join(" ")}${note}`] : []),
  ];
}

const list = (value: unknown) => (Array.isArray(value) && value.length > 0 ? visible(value.join(", ")) : "none");

function tenureText(tenure: ExplainedSeat["tenure"]): string {
  if (tenure.invited_at) return `invited ${tenure.invited_at}, ${tenure.invite_age_days} days ago`;
  if (tenure.tenure_source === "before_observation")
    return "a member before the first snapshot; since when is not known";
  if (tenure.member_since_at)
    return `member since ${tenure.member_since_at} (${tenure.tenure_source}), ${tenure.tenure_days} days`;
  return "not joined; since when invited is not known";
}

function factLines(facts: ExplainedSeat["last_facts"]): string[] {
  if (facts.length === 0) return ["  last facts none on record"];
  return facts.map((fact, i) => {
    const what = `${fact.last_at}  ${visible(String(fact.action))} (${fact.source}${fact.via_token ? ", by token" : ""})`;
    const where = fact.resource ? ` ${visible(String(fact.resource))}` : "";
    return `  ${i === 0 ? "last facts" : "          "} ${what}${where}; ${fact.facts_in_window} of ${fact.facts} in the window`;
  });
}
