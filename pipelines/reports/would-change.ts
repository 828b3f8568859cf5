import type { RowRecord } from "./records.ts";

/** What would lead to another verdict, the likeliest first. */
export function whatWouldChange(seat: RowRecord, observed: readonly string[]): string[] {
  const changes: string[] = [];
  const isQuiet = seat.status === "idle" || seat.status === "never_active" || seat.status === "no_data";
  if (isQuiet) changes.push(`any activity of theirs after ${seat.active_after}: active`);
  if (isQuiet && !observed.includes("member_insights"))
    changes.push(
      "Insights switched on (Docker Business): Docker Desktop use and logins would be seen, confidence would rise",
    );
  if (isQuiet && !observed.includes("auditlog"))
    changes.push(`the audit log collected for all of the ${seat.threshold_days} days: confidence would rise`);
  if (isQuiet && seat.protected_reason === null)
    changes.push("an entry under license.exclude or license.service_accounts: keep");
  if (seat.status === "active") {
    const until = new Date(
      Date.parse(String(seat.last_activity_at)) + Number(seat.threshold_days) * 86_400_000,
    ).toISOString();
    changes.push(`no activity until ${until}: idle`);
  }
  if (seat.status === "new")
    changes.push(
      `any activity: active; none within ${seat.grace_days} days of joining: never_active, if a source covers the window`,
    );
  if (seat.status === "pending_invite") {
    changes.push("joining: a member's verdict");
    if (seat.recommendation === "keep" && seat.protected_reason === null)
      changes.push(`older than ${seat.invite_after_days} days: cancel_invite`);
  }
  return changes;
}
