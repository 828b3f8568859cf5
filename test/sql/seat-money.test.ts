import { describe, expect } from "vitest";
import { claims } from "../kit/claims.ts";
import { ago, type Org } from "../kit/org.ts";

const claim = claims();

function observed(org: Org, settings = {}): void {
  org.settings(settings);
  org.auditlog(100);
  org.insights(ago(300));
  org.insights();
}

/** Four seats: one active, one idle, one never active, one invitation open for long. */
function four(org: Org): void {
  org.member("ada");
  org.fact("ada", ago(1));
  org.member("idle");
  org.fact("idle", ago(80));
  org.member("never");
  org.invitee("ines", { invited_at: ago(50) });
}

describe("money of a seat", () => {
  claim(
    "a seat to reclaim, review or cancel wastes its price, any other nothing",
    (org) => {
      observed(org);
      four(org);
      org.invitee("unknown");
    },
    (seen) =>
      expect(Object.fromEntries(seen.rows("seats").map((row) => [row.member_key, row.wasted_month]))).toEqual({
        ada: 0,
        idle: 24,
        never: 24,
        ines: 24,
        unknown: 24,
      }),
  );

  claim(
    "a saving is twelve months of the waste, to the cent",
    (org) => {
      observed(org, { price_per_seat_month: 15.33 });
      four(org);
    },
    (seen) => expect(seen.seat("idle")).toMatchObject({ saving_year: 183.96, currency: "USD" }),
  );

  claim(
    "without a price nothing is said about money",
    (org) => {
      observed(org, { price_per_seat_month: null });
      four(org);
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ wasted_month: null, saving_year: null });
      expect(seen.seat("idle")).toMatchObject({ recommendation: "reclaim", wasted_month: null, saving_year: null });
      expect(seen.row("seat_summary")).toMatchObject({
        cost_month: null,
        cost_per_active_seat: null,
        saving_year_high: null,
        saving_realized_year: null,
      });
    },
  );

  const renewals: [string, Record<string, string | null>, string | null][] = [
    ["a renewal to come is taken as configured", { renewal_date: "2027-03-01" }, "2027-03-01"],
    ["a past renewal repeats every year", { renewal_date: "2024-03-01" }, "2027-03-01"],
    ["a renewal later this year is this year's", { renewal_date: "2024-12-24" }, "2026-12-24"],
    ["a renewal on the day of as_of is too late, the next one counts", { renewal_date: "2025-10-22" }, "2027-10-22"],
    ["the day after as_of is the next renewal", { renewal_date: "2025-10-23" }, "2026-10-23"],
    ["a renewal on the last of February comes back to the 28th", { renewal_date: "2024-02-29" }, "2027-02-28"],
    ["a monthly renewal repeats every month", { renewal_date: "2026-01-15", billing_cycle: "monthly" }, "2026-11-15"],
    ["a monthly renewal may be this month's", { renewal_date: "2026-01-31", billing_cycle: "monthly" }, "2026-10-31"],
    ["without a renewal date no date is given", { renewal_date: null }, null],
  ];
  for (const [title, settings, expected] of renewals) {
    claim(
      title,
      (org) => {
        observed(org, settings);
        four(org);
      },
      (seen) => expect(seen.seat("idle").saving_effective_date).toBe(expected),
    );
  }
});

describe("seat_summary", () => {
  claim(
    "the statuses of an org's seats are counted and add up to the assigned ones",
    (org) => {
      observed(org, { seats_purchased: 10 });
      four(org);
      org.member("newcomer");
      org.fact("root", ago(3), { action: "org.member.add", subject: "newcomer" });
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        seats_purchased: 10,
        seats_assigned: 5,
        active: 1,
        new: 1,
        idle: 1,
        never_active: 1,
        pending_invite: 1,
        no_data: 0,
        seats_spare: 5,
        seats_over_assigned: 0,
        utilization: 0.2,
        cost_month: 240,
        cost_per_active_seat: 240,
        observed_days: 60,
        threshold_days: 60,
      }),
  );

  claim(
    "seats bought and not assigned are the surest saving, and what to buy at the renewal stands apart by confidence",
    (org) => {
      observed(org, { seats_purchased: 10, price_per_seat_month: 15.33 });
      four(org);
      org.member("asked_for", { valid_from: ago(5), change_type: "join" });
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        seats_spare: 5,
        saving_year_spare: 919.8,
        seats_at_renewal_high: 2,
        seats_at_renewal_medium: 2,
        seats_at_renewal_low: 2,
      }),
  );

  claim(
    "what the audit log alone calls idle is bought again, unless it goes after asking; no price, no money of spare seats",
    (org) => {
      org.settings({ seats_purchased: 6, price_per_seat_month: null });
      org.auditlog(100);
      org.snapshot();
      four(org);
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        seats_spare: 2,
        saving_year_spare: null,
        seats_at_renewal_high: 3,
        seats_at_renewal_medium: 3,
        seats_at_renewal_low: 1,
      }),
  );

  claim(
    "more seats assigned than purchased are over-assigned",
    (org) => {
      observed(org, { seats_purchased: 3 });
      four(org);
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        seats_spare: 0,
        saving_year_spare: 0,
        seats_over_assigned: 1,
        cost_month: 72,
      }),
  );

  claim(
    "where purchased seats are not known, cost follows the assigned ones and nothing is spare or over",
    (org) => {
      observed(org);
      four(org);
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        seats_purchased: null,
        seats_spare: null,
        seats_over_assigned: null,
        saving_year_spare: null,
        cost_month: 96,
      }),
  );

  claim(
    "savings stand apart by confidence, and invitations apart from both",
    (org) => {
      observed(org);
      four(org);
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        saving_year_high: 576,
        saving_year_medium: 0,
        saving_year_low: 0,
        saving_year_invites: 288,
      }),
  );

  claim(
    "what the audit log alone says is a saving of low confidence",
    (org) => {
      org.settings();
      org.auditlog(100);
      org.snapshot();
      four(org);
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        saving_year_high: 0,
        saving_year_medium: 0,
        saving_year_low: 576,
        saving_year_invites: 288,
      }),
  );

  claim(
    "what Insights alone say is a saving of medium confidence",
    (org) => {
      org.settings();
      org.auditlog(40);
      org.insights();
      four(org);
    },
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        saving_year_high: 0,
        saving_year_medium: 576,
        saving_year_low: 0,
      }),
  );

  claim(
    "an org without seats has a summary of noughts",
    (org) => observed(org),
    (seen) =>
      expect(seen.row("seat_summary")).toMatchObject({
        seats_assigned: 0,
        active: 0,
        utilization: null,
        cost_month: 0,
        cost_per_active_seat: null,
        saving_year_high: 0,
      }),
  );

  claim(
    "seats given up are a saving realized, counted from the audit log or from the configuration but not from both",
    (org) => {
      observed(org, { seats_purchased: 12, set_at: ago(300) });
      org.settings({ seats_purchased: 10, set_at: ago(100) });
      org.fact("root", ago(101), { action: "billing.plan.seat_remove", quantity: 3 });
      org.fact("root", ago(400), { action: "billing.plan.seat_remove", quantity: 5 });
      four(org);
    },
    (seen) => expect(seen.row("seat_summary").saving_realized_year).toBe(3 * 12 * 24),
  );

  claim(
    "seats bought again and removals called off are no saving realized",
    (org) => {
      observed(org, { seats_purchased: 12 });
      org.fact("root", ago(101), { action: "billing.plan.seat_remove", quantity: 3 });
      org.fact("root", ago(100), { action: "billing.plan.seat_removal_cancel", quantity: 1 });
      org.fact("root", ago(90), { action: "billing.plan.seat_add", quantity: 2 });
    },
    (seen) => expect(seen.row("seat_summary").saving_realized_year).toBe(0),
  );

  claim(
    "removed members are a saving realized where purchased seats are not known, unless they came back",
    (org) => {
      observed(org);
      four(org);
      org.fact("root", ago(20), { action: "org.member.remove", subject: "gone" });
      org.fact("root", ago(10), { action: "org.member.remove", subject: "gone" });
      org.fact("root", ago(20), { action: "org.member.remove", subject: "ada" });
    },
    (seen) => expect(seen.row("seat_summary").saving_realized_year).toBe(288),
  );
});
