import { describe, expect } from "vitest";
import { claims } from "../kit/claims.ts";
import { ago, NOW, type Org, shift } from "../kit/org.ts";

const claim = claims();

function observed(org: Org): void {
  org.settings();
  org.auditlog(100);
  org.insights(ago(300));
  org.insights();
}

describe("activity", () => {
  claim(
    "a fact of any action is activity, administration too",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(1), { action: "org.settings.update" });
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ status: "active", last_activity: "org.settings.update" }),
  );

  claim(
    "being acted upon is no activity",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("root", ago(1), { action: "team.member.add", subject: "ada" });
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ status: "never_active", last_activity_at: null }),
  );

  claim(
    "logins and Docker Desktop use are activity at their own time",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(3), { action: "auth.login", source: "member_insights" });
      org.member("grace");
      org.fact("grace", ago(2), { action: "desktop.use", source: "member_insights" });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({
        status: "active",
        last_login_at: ago(3).replace(".000", ""),
        last_activity_source: "member_insights",
        days_since_activity: 3,
      });
      expect(seen.seat("grace")).toMatchObject({ last_activity: "desktop.use", last_login_at: null });
      expect(seen.seat("grace").last_seen_at).not.toBeNull();
    },
  );

  claim(
    "activity by a person's token is theirs and kept apart",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(1), { via_token: true, action: "repo.pull" });
      org.fact("ada", ago(5));
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        last_activity: "repo.pull",
        last_activity_at: ago(1).replace(".000", ""),
        last_token_activity_at: ago(1).replace(".000", ""),
        last_human_activity_at: ago(5).replace(".000", ""),
        last_push_at: ago(5).replace(".000", ""),
        last_pull_at: ago(1).replace(".000", ""),
      }),
  );

  claim(
    "what an organization's token or Docker's support did is nobody's, whatever its name",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(80));
      org.fact("ada", ago(1), { actor_kind: "org_token" });
      org.fact("ada", ago(1), { actor_kind: "docker_support" });
      org.fact(null, ago(1), { actor_kind: "unknown" });
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ status: "idle", facts_30: 0, days_since_activity: 80 }),
  );

  claim(
    "a fact from before somebody was known as a member is theirs",
    (org) => {
      observed(org);
      org.member("ada", { valid_from: ago(1) });
      org.fact("ada", ago(2), { actor_kind: "unknown" });
    },
    (seen) => expect(seen.seat("ada").status).toBe("active"),
  );

  claim(
    "usernames are compared without regard to case",
    (org) => {
      observed(org);
      org.member("Ada");
      org.fact("ada", ago(1));
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ username: "Ada", status: "active" }),
  );

  claim(
    "facts of another org are not activity here",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(1), { org: "elsewhere" });
    },
    (seen) => expect(seen.seat("ada").status).toBe("never_active"),
  );

  claim(
    "active days and facts are counted in the last 30, 60 and 90 days, each open at its start",
    (org) => {
      observed(org);
      org.member("ada");
      for (const days of [1, 1.01, 10, 30, 50, 60, 80, 90, 95]) org.fact("ada", ago(days));
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        active_days_30: 2,
        active_days_60: 4,
        active_days_90: 6,
        facts_30: 3,
        facts_90: 7,
      }),
  );

  claim(
    "somebody renamed keeps their activity and their tenure",
    (org) => {
      observed(org);
      org.member("ada", { member_id: "1", valid_from: ago(300), valid_to: ago(5) });
      org.member("countess", { member_id: "1", valid_from: ago(5), change_type: "rename" });
      org.fact("ada", ago(20));
      org.fact("root", ago(200), { action: "org.member.add", subject: "ada" });
    },
    (seen) =>
      expect(seen.seat("countess")).toMatchObject({
        status: "active",
        facts_30: 1,
        tenure_source: "member_add_event",
        tenure_days: 200,
        joins_90d: 0,
      }),
  );

  claim(
    "a rename is no joining even where no event shows one",
    (org) => {
      observed(org);
      org.member("ada", { member_id: "1", valid_from: ago(300), valid_to: ago(5) });
      org.member("countess", { member_id: "1", valid_from: ago(5), change_type: "rename" });
    },
    (seen) => expect(seen.seat("countess")).toMatchObject({ tenure_source: "before_observation", joins_90d: 0 }),
  );

  claim(
    "a name that somebody else took over counts for each in their own time",
    (org) => {
      observed(org);
      org.member("ada", { member_id: "1", valid_from: ago(300), valid_to: ago(50) });
      org.member("countess", { member_id: "1", valid_from: ago(50), change_type: "rename" });
      org.member("ada", { member_id: "2", valid_from: ago(20), change_type: "join" });
      org.fact("ada", ago(70));
      org.fact("ada", ago(10));
    },
    (seen) => {
      expect(seen.seat("countess")).toMatchObject({ days_since_activity: 70, facts_90: 1 });
      expect(seen.seat("ada")).toMatchObject({ days_since_activity: 10, facts_90: 1 });
    },
  );

  claim(
    "Docker Desktop's version and last use come from the newest Insights value",
    (org) => {
      observed(org);
      org.member("ada");
      org.add("ops.member_insights", {
        member_key: "ada",
        taken_at: ago(9),
        last_seen_at: ago(10),
        last_logged_in_at: ago(12),
        desktop_version: "4.40",
      });
      org.add("ops.member_insights", {
        member_key: "ada",
        taken_at: ago(2),
        last_seen_at: ago(3),
        desktop_version: "4.41",
      });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        desktop_version: "4.41",
        last_seen_at: ago(3).replace(".000", ""),
        last_login_at: ago(12).replace(".000", ""),
      }),
  );

  claim(
    "of two facts at the same instant the person's own is shown",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(1), { via_token: true, action: "repo.create" });
      org.fact("ada", ago(1), { action: "repo.update" });
    },
    (seen) => expect(seen.seat("ada").last_activity).toBe("repo.update"),
  );
});

describe("seats", () => {
  claim(
    "an open invitation by e-mail of somebody who has joined is no second seat",
    (org) => {
      observed(org);
      org.member("ada", { email: "Ada@Example.com" });
      org.invitee(null, { email: "ada@example.com" });
      org.invitee(null, { email: "grace@example.com" });
    },
    (seen) => {
      expect(seen.rows("seats").map((row) => row.member_key)).toEqual(["ada", "grace@example.com"]);
      expect(seen.row("seat_summary")).toMatchObject({ seats_assigned: 2 });
    },
  );

  claim(
    "guests take a seat, and who has left takes none",
    (org) => {
      observed(org);
      org.member("gina", { seat_type: "guest", is_guest: true });
      org.member("lena", { valid_to: ago(10) });
    },
    (seen) => expect(seen.row("seats")).toMatchObject({ member_key: "gina", seat_type: "guest" }),
  );

  claim(
    "the people file is matched by username, then by e-mail",
    (org) => {
      observed(org);
      org.member("ada", { email: "ada@example.com" });
      org.member("grace", { email: "Grace@example.com" });
      org.add("ops.people", { person: "ada", department: "Engines" });
      org.add("ops.people", { person: "ada@example.com", department: "Poetry", manager: "Babbage" });
      org.add("ops.people", { person: "grace@example.com", department: "Navy", cost_center: "7" });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ department: "Engines", manager: "Babbage" });
      expect(seen.seat("grace")).toMatchObject({ department: "Navy", cost_center: "7" });
    },
  );
});

describe("tenure", () => {
  claim(
    "the newest join event says since when, before any snapshot does",
    (org) => {
      observed(org);
      org.snapshot(ago(99));
      org.member("ada", { valid_from: ago(98), change_type: "join" });
      org.fact("root", ago(120), { action: "org.member.add", subject: "ada" });
      org.fact("root", ago(100), { action: "org.member.add", subject: "Ada" });
      org.fact("root", ago(40), { action: "team.member.add", subject: "ada" });
      org.fact("root", ago(30), { action: "org.member.add", subject: "somebody" });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        tenure_source: "member_add_event",
        tenure_days: 100,
        member_since_at: ago(100).replace(".000", ""),
      }),
  );

  claim(
    "without an event it is the newest snapshot that shows somebody where the one before did not",
    (org) => {
      observed(org);
      org.member("ada", { valid_from: ago(200), valid_to: ago(90), change_type: "join" });
      org.member("ada", { valid_from: ago(50), valid_to: ago(20), change_type: "rejoin" });
      org.member("ada", { valid_from: ago(20), change_type: "role_change", account_created_at: ago(3000) });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({ tenure_source: "snapshot_appearance", tenure_days: 50, joins_90d: 1 }),
  );

  claim(
    "an invitee who became a member appeared then",
    (org) => {
      observed(org);
      org.invitee("ada", { valid_from: ago(300), valid_to: ago(10), invited_at: ago(310) });
      org.member("ada", { valid_from: ago(10), change_type: "accept", invited_at: ago(310) });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        status: "new",
        tenure_source: "snapshot_appearance",
        tenure_days: 10,
        invited_at: null,
      }),
  );

  claim(
    "whoever the first snapshot shows was there before, and the age of the account says nothing",
    (org) => {
      observed(org);
      org.member("ada", { valid_from: ago(300), account_created_at: ago(5) });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        tenure_source: "before_observation",
        member_since_at: null,
        tenure_days: null,
        joins_90d: 0,
      }),
  );

  claim(
    "somebody who appears after a first snapshot of nobody has appeared",
    (org) => {
      observed(org);
      org.member("ada", { valid_from: ago(10), change_type: "join" });
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ tenure_source: "snapshot_appearance", status: "new" }),
  );

  claim(
    "a joining that an event and a snapshot both show is one",
    (org) => {
      observed(org);
      for (const days of [80, 60, 40, 20]) org.snapshot(ago(days));
      org.member("ada", { valid_from: ago(60), valid_to: ago(40), change_type: "join" });
      org.member("ada", { valid_from: ago(20), change_type: "rejoin" });
      org.fact("root", ago(61), { action: "org.member.add", subject: "ada" });
      org.fact("root", ago(95), { action: "org.member.add", subject: "ada" });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({ joins_90d: 2, tenure_source: "member_add_event", tenure_days: 61 }),
  );
});

describe("as of", () => {
  claim(
    "the moment is the earlier of the newest snapshot and the end of the newest window, not the clock's",
    (org) => {
      org.settings();
      org.insights(ago(11));
      org.window(ago(90), ago(11), { read_at: ago(11), oldest_event_at: ago(90), run_id: "the run" });
      org.window(ago(11), ago(10), { read_at: ago(10) });
      org.member("ada");
      org.fact("ada", ago(65));
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ status: "active", moment_id: 0 });
      expect(seen.seat("ada").as_of).toBe(ago(11).replace(".000", ""));
    },
  );

  claim(
    "a stream that was not read in the seven days before the other no longer holds it back",
    (org) => {
      org.settings();
      org.insights(ago(7));
      org.window(ago(90), NOW, { oldest_event_at: ago(90) });
    },
    (seen) => expect(seen.row("seat_moments").as_of).toBe(NOW),
  );

  claim(
    "a stream that was read less than seven days before the other holds it back",
    (org) => {
      org.settings();
      org.insights(shift(ago(7), 1000));
      org.window(ago(90), NOW, { oldest_event_at: ago(90) });
    },
    (seen) => expect(seen.row("seat_moments").as_of).toBe(shift(ago(7), 1000).replace(".000", "")),
  );

  claim(
    "an org of which only ranges were read has no moment",
    (org) => {
      org.settings();
      org.window(ago(90), NOW, { kind: "range" });
    },
    (seen) => expect(seen.rows("seat_moments")).toEqual([]),
  );

  claim(
    "on a past day later facts, joins, leavings and snapshots are not looked at, later read coverage is",
    (org) => {
      org.settings();
      org.snapshot(ago(300));
      org.snapshot(ago(41));
      org.insights();
      org.auditlog(150);
      org.member("ada");
      org.fact("ada", ago(130));
      org.fact("ada", ago(39));
      org.member("left", { valid_to: ago(39) });
      org.member("joined", { valid_from: ago(39), change_type: "join" });
      org.fact("root", ago(39), { action: "org.member.add", subject: "ada" });
      org.add("ops.member_insights", {
        member_key: "ada",
        taken_at: ago(39),
        last_seen_at: ago(42),
        desktop_version: "4.4",
      });
      org.add("ops.member_insights", { member_key: "left", taken_at: ago(41), last_seen_at: ago(39) });
      org.moment({ as_of: ago(40) });
    },
    (seen) => {
      expect(seen.rowsAt(1, "seats").map((row) => row.member_key)).toEqual(["ada", "left"]);
      expect(seen.seatAt(1, "ada")).toMatchObject({
        status: "idle",
        days_since_activity: 90,
        tenure_source: "before_observation",
        sources_observed: ["auditlog"],
        confidence: "low",
        desktop_version: null,
        last_seen_at: null,
        run_id: `run ${ago(41)}`,
      });
      expect(seen.seatAt(1, "left").last_seen_at).toBeNull();
      expect(seen.seat("ada")).toMatchObject({ status: "active", confidence: "high" });
    },
  );

  claim(
    "the first instant of the day after is itself not looked at, and no day further",
    (org) => {
      org.settings({ renewal_date: "2026-10-10", exclude: [{ username: "edith", until: "2026-10-09", reason: "" }] });
      org.auditlog(150);
      org.snapshot(ago(300));
      org.insights();
      org.member("ada");
      org.fact("ada", "2026-10-10T00:00:00Z");
      org.fact("ada", "2026-08-11T00:00:00Z");
      org.member("edith");
      org.moment({ as_of: "2026-10-10T00:00:00Z", known_until: "2026-10-09T23:59:59.999999Z" });
      org.moment({ moment_id: 2, as_of: "2026-10-10T00:00:00Z" });
    },
    (seen) => {
      expect(seen.seatAt(1, "ada")).toMatchObject({ status: "idle", saving_effective_date: "2026-10-10" });
      expect(seen.seatAt(1, "ada").status_reason).toContain(
        "59 days before 2026-10-09; threshold 60 days (since 2026-08-11 00:00 UTC)",
      );
      expect(seen.seatAt(1, "edith").protected_reason).toBe("excluded");
      expect(seen.seatAt(2, "ada")).toMatchObject({ status: "active", saving_effective_date: "2027-10-10" });
    },
  );

  claim(
    "several moments of an org are judged at once, each by its own thresholds and price",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(40));
      org.invitee("ines", { invited_at: ago(20) });
      org.moment({ moment_id: 1 });
      org.moment({ moment_id: 2, idle_after_days: 30, price_per_seat_month: 10, invite_after_days: 21 });
      org.moment({ moment_id: 3, as_of: shift(NOW, -45 * 86_400_000) });
    },
    (seen) => {
      expect(seen.seatAt(1, "ada")).toMatchObject({ status: "active", wasted_month: 0 });
      expect(seen.seatAt(2, "ada")).toMatchObject({ status: "idle", wasted_month: 10, threshold_days: 30 });
      expect(seen.seatAt(1, "ines").recommendation).toBe("cancel_invite");
      expect(seen.seatAt(2, "ines").recommendation).toBe("keep");
      expect(seen.seatAt(3, "ada").last_activity_at).toBeNull();
      expect(seen.rowsAt(2, "seat_summary")).toEqual([expect.objectContaining({ idle: 1, saving_year_high: 120 })]);
    },
  );
});
