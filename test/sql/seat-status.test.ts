import { describe, expect } from "vitest";
import { claims } from "../kit/claims.ts";
import { ago, NOW, type Org, shift } from "../kit/org.ts";

const claim = claims();

/** Everything that could be observed was: audit log for 90 days, Insights in use. */
function observed(org: Org): void {
  org.settings();
  org.auditlog(90);
  org.insights(ago(300));
  org.insights();
}

describe("status", () => {
  claim(
    "an invitee who has not joined is pending, whatever is on record of them",
    (org) => {
      observed(org);
      org.invitee("ines", { invited_at: ago(3) });
      org.fact("ines", ago(1));
    },
    (seen) => expect(seen.seat("ines")).toMatchObject({ status: "pending_invite", seat_type: "invitee" }),
  );

  claim(
    "activity inside the threshold window makes a seat active, new or not",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(2));
      org.member("newcomer", { valid_from: ago(5), change_type: "join" });
      org.fact("newcomer", ago(2));
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ status: "active", recommendation: "keep", days_since_activity: 2 });
      expect(seen.seat("newcomer").status).toBe("active");
      expect(seen.seat("ada").status_reason).toBe(
        "Last activity 2026-10-20 (repo.push, auditlog), 2 days before 2026-10-22; threshold 60 days.",
      );
    },
  );

  claim(
    "the threshold window is open at its start and closed at its end",
    (org) => {
      observed(org);
      org.member("start");
      org.fact("start", ago(60));
      org.member("after_start");
      org.fact("after_start", shift(ago(60), 1));
      org.member("end");
      org.fact("end", NOW);
    },
    (seen) => {
      expect(seen.seat("start")).toMatchObject({ status: "idle", days_since_activity: 60 });
      // as many calendar days before as the seat that is idle: the sentence says from which minute on
      expect(seen.seat("after_start")).toMatchObject({ status: "active", days_since_activity: 60 });
      expect(seen.seat("after_start").status_reason).toMatch(/60 days \(since 2026-08-23 06:00 UTC\)\.$/);
      expect(seen.seat("end")).toMatchObject({ status: "active", days_since_activity: 0 });
    },
  );

  claim(
    "days are those of the calendar (UTC): they are the difference of the dates beside them, whatever the hour",
    (org) => {
      observed(org);
      org.member("ada", { valid_from: "2026-08-31T23:00:00Z", change_type: "join" });
      org.fact("ada", "2026-08-01T23:59:00Z"); // 81 times 24 hours and 6 hours before
      org.invitee("ines", { invited_at: "2026-10-20T23:00:00Z" });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ days_since_activity: 82, tenure_days: 52 });
      expect(seen.seat("ada").status_reason).toMatch(/^Last activity 2026-08-01 .*, 82 days before 2026-10-22; /);
      expect(seen.seat("ines").invite_age_days).toBe(2);
      expect(seen.seat("ines").status_reason).toMatch(/^Invited 2026-10-20, 2 days before 2026-10-22, /);
    },
  );

  claim(
    "the threshold is the configured one",
    (org) => {
      org.settings({ idle_after_days: 45 });
      org.auditlog(90);
      org.insights();
      org.member("ada");
      org.fact("ada", ago(50));
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ status: "idle", threshold_days: 45 }),
  );

  claim(
    "somebody without activity who joined within grace is new",
    (org) => {
      observed(org);
      org.member("in_grace");
      org.fact("root", shift(ago(30), 1), { action: "org.member.add", subject: "in_grace" });
      org.member("past_grace");
      org.fact("root", ago(30), { action: "org.member.add", subject: "past_grace" });
    },
    (seen) => {
      expect(seen.seat("in_grace")).toMatchObject({
        status: "new",
        recommendation: "keep",
        protected_reason: "grace",
        status_reason:
          "Joined 2026-09-22, 30 days before 2026-10-22 (member_add_event), no activity on record; grace 30 days.",
      });
      expect(seen.seat("past_grace")).toMatchObject({ status: "never_active", protected_reason: null });
    },
  );

  claim(
    "somebody in grace whose last activity is before the window is idle, not new, and kept",
    (org) => {
      observed(org);
      org.member("back");
      org.fact("back", ago(80));
      org.fact("root", ago(10), { action: "org.member.add", subject: "back" });
    },
    (seen) =>
      expect(seen.seat("back")).toMatchObject({
        status: "idle",
        protected_reason: "grace",
        recommendation: "keep",
        wasted_month: 0,
      }),
  );

  claim(
    "somebody last active before the window is idle when a source covers the window",
    (org) => {
      observed(org);
      org.member("ada");
      org.fact("ada", ago(82));
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        status: "idle",
        confidence: "high",
        recommendation: "reclaim",
        status_reason: "Last activity 2026-08-01 (repo.push, auditlog), 82 days before 2026-10-22; threshold 60 days.",
      }),
  );

  claim(
    "nobody is idle for days that no source covers",
    (org) => {
      org.settings();
      org.auditlog(59);
      org.snapshot();
      org.member("ada");
      org.fact("ada", ago(82));
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ status: "no_data", confidence: "none", recommendation: "collect" });
      expect(seen.seat("ada").status_reason).toBe(
        "Last activity on record 2026-08-01 (repo.push, auditlog), and no source observed all of the 60 days before " +
          "2026-10-22. Switch on what is missing: the audit log for the whole window (collected: 59 of 60 days); " +
          "Insights (Docker Business); usage reports.",
      );
    },
  );

  claim(
    "nobody is never active for days that no source covers",
    (org) => {
      org.settings();
      org.snapshot();
      org.member("ada");
      org.fact("root", ago(200), { action: "org.member.add", subject: "ada" });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ status: "no_data", recommendation: "collect", wasted_month: 0 });
      expect(seen.seat("ada").status_reason).toContain("the audit log (a token with its scope); Insights");
    },
  );

  claim(
    "somebody who was there at the first look joined before grace when the audit log is assured for all of grace",
    (org) => {
      org.settings();
      org.auditlog(61);
      org.insights();
      org.member("ada", { valid_from: NOW });
    },
    (seen) =>
      expect(seen.seat("ada")).toMatchObject({
        status: "never_active",
        tenure_source: "before_observation",
        recommendation: "reclaim",
      }),
  );

  claim(
    "somebody who was there at the first look is not judged while the audit log misses a part of grace",
    (org) => {
      org.settings();
      org.auditlog(29);
      org.insights();
      org.member("ada", { valid_from: NOW });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ status: "no_data", confidence: "medium", protected_reason: null });
      expect(seen.seat("ada").status_reason).toBe(
        "No activity on record up to 2026-10-22, and not known whether they joined before 2026-09-22. Switch on what is " +
          "missing: the audit log for the whole window (collected: 29 of 60 days); usage reports.",
      );
    },
  );

  claim(
    "a window longer than grace needs no more than its own cover, a grace longer than the window all of its own",
    (org) => {
      org.settings({ idle_after_days: 20 });
      org.auditlog(25);
      org.snapshot();
      org.member("ada", { valid_from: NOW });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ status: "no_data", confidence: "low" });
      expect(seen.seat("ada").status_reason).toContain("the audit log for the last 30 days, where a join would show");
    },
  );
});

describe("protection", () => {
  claim(
    "a configured glob on usernames, in any case, makes a service account",
    (org) => {
      org.settings({ service_accounts: ["ci-*", "*-BOT"] });
      org.auditlog(90);
      org.insights();
      org.member("CI-main");
      org.member("build-bot");
      org.member("cindy");
    },
    (seen) => {
      expect(seen.seat("ci-main")).toMatchObject({ protected_reason: "service_account", recommendation: "keep" });
      expect(seen.seat("build-bot").protected_reason).toBe("service_account");
      expect(seen.seat("cindy").protected_reason).toBeNull();
    },
  );

  claim(
    "an exclusion protects until its day, that day included",
    (org) => {
      const exclude = (username: string, until: string | null) => ({ username, until, reason: "leave" });
      org.settings({
        exclude: [exclude("Today", "2026-10-22"), exclude("past", "2026-10-21"), exclude("always", null)],
      });
      org.auditlog(90);
      org.insights();
      for (const name of ["today", "past", "always"]) org.member(name);
    },
    (seen) => {
      expect(seen.seat("today")).toMatchObject({ protected_reason: "excluded", recommendation: "keep" });
      expect(seen.seat("past")).toMatchObject({ protected_reason: null, recommendation: "reclaim" });
      expect(seen.seat("always").protected_reason).toBe("excluded");
    },
  );

  claim(
    "an owner is the last one when all others are service accounts",
    (org) => {
      org.settings({ service_accounts: ["ci-*"] });
      org.auditlog(90);
      org.insights();
      org.member("ada", { role: "Owner" });
      org.member("ci-root", { role: "Owner" });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ protected_reason: "last_owner", is_owner: true });
      expect(seen.seat("ci-root").protected_reason).toBe("service_account");
    },
  );

  claim(
    "one owner of several is an owner and kept",
    (org) => {
      observed(org);
      org.member("ada", { role: "Owner" });
      org.member("grace", { role: "owner" });
      org.member("edith", { role: "Editor" });
      org.invitee("ines", { role: "Owner", invited_at: ago(100) });
    },
    (seen) => {
      expect(seen.seat("ada")).toMatchObject({ protected_reason: "owner", recommendation: "keep" });
      expect(seen.seat("edith").is_owner).toBe(false);
      expect(seen.seat("ines")).toMatchObject({ is_owner: false, recommendation: "cancel_invite" });
    },
  );

  claim(
    "service account comes before excluded, excluded before owner, owner before grace",
    (org) => {
      org.settings({
        service_accounts: ["ci-*"],
        exclude: [
          { username: "ci-main", until: null, reason: "" },
          { username: "ada", until: null, reason: "" },
        ],
      });
      org.auditlog(90);
      org.insights(ago(300));
      org.insights();
      org.member("ci-main");
      org.member("ada", { role: "Owner" });
      org.member("grace", { role: "Owner", valid_from: ago(5) });
    },
    (seen) => {
      expect(seen.seat("ci-main").protected_reason).toBe("service_account");
      expect(seen.seat("ada").protected_reason).toBe("excluded");
      expect(seen.seat("grace").protected_reason).toBe("owner");
    },
  );
});

describe("recommendation", () => {
  claim(
    "an invitation is cancelled once it is pending longer than allowed, and kept until then",
    (org) => {
      observed(org);
      org.invitee("long", { invited_at: shift(ago(14), -1) });
      org.invitee("just", { invited_at: ago(14) });
    },
    (seen) => {
      expect(seen.seat("long")).toMatchObject({ recommendation: "cancel_invite", wasted_month: 24 });
      expect(seen.seat("just")).toMatchObject({ recommendation: "keep", wasted_month: 0, invite_age_days: 14 });
      expect(seen.seat("just").status_reason).toBe(
        "Invited 2026-10-08, 14 days before 2026-10-22, and not joined; an invitation is given 14 days.",
      );
    },
  );

  claim(
    "an invitation of unknown age is for review",
    (org) => {
      observed(org);
      org.invitee(null, { email: "Ines@example.com" });
    },
    (seen) =>
      expect(seen.seat("ines@example.com")).toMatchObject({
        recommendation: "review",
        invite_age_days: null,
        invited_at: null,
        member_since_at: null,
        tenure_source: null,
      }),
  );

  claim(
    "a protected invitation is kept",
    (org) => {
      org.settings({ exclude: [{ username: "ines", until: null, reason: "" }] });
      org.snapshot();
      org.invitee("ines", { invited_at: ago(100) });
    },
    (seen) => expect(seen.seat("ines")).toMatchObject({ recommendation: "keep", status: "pending_invite" }),
  );

  claim(
    "an unused seat is for review, not for reclaiming, when the audit log alone says so",
    (org) => {
      org.settings();
      org.auditlog(90);
      org.snapshot();
      org.member("idle");
      org.fact("idle", ago(82));
      org.member("never");
    },
    (seen) => {
      expect(seen.seat("idle")).toMatchObject({ status: "idle", confidence: "low", recommendation: "review" });
      expect(seen.seat("never")).toMatchObject({ status: "never_active", confidence: "low", recommendation: "review" });
      expect(seen.seat("never").status_reason).toBe(
        "No activity on record up to 2026-10-22, and no join in the 30 days of grace; threshold 60 days, observed by the " +
          "audit log alone, which shows no pulls, builds or Docker Desktop use.",
      );
    },
  );

  claim(
    "a seat used by tokens only stays active and kept, and says so",
    (org) => {
      observed(org);
      org.member("robot");
      org.fact("robot", ago(2), { via_token: true });
      org.fact("robot", ago(70));
      org.member("both");
      org.fact("both", ago(2), { via_token: true });
      org.fact("both", ago(40));
    },
    (seen) => {
      expect(seen.seat("robot")).toMatchObject({
        status: "active",
        recommendation: "keep",
        only_token_activity: true,
        status_reason:
          "Last activity 2026-10-20 (repo.push, auditlog), 2 days before 2026-10-22; threshold 60 days, and within them by " +
          "access tokens only.",
      });
      expect(seen.seat("both").only_token_activity).toBe(false);
    },
  );

  claim(
    "a seat that only tokens use in 90 days, or that is called like a robot, is suggested as a service account",
    (org) => {
      observed(org);
      org.member("quiet");
      org.fact("quiet", ago(2), { via_token: true });
      org.fact("quiet", ago(95));
      org.member("ci-runner");
      org.fact("ci-runner", ago(2), { via_token: true });
      org.fact("ci-runner", ago(3));
      org.member("francis");
      org.fact("francis", ago(2), { via_token: true });
      org.fact("francis", ago(3));
      org.member("svc-idle");
    },
    (seen) => {
      const suggested = (name: string) => seen.seat(name).looks_like_service_account;
      expect(["quiet", "ci-runner", "francis", "svc-idle"].map(suggested)).toEqual([true, true, false, false]);
      expect(seen.row("seat_summary")).toMatchObject({
        suggested_service_accounts: 2,
        guests: 0,
        owners_beyond_two: 0,
      });
    },
  );
});
