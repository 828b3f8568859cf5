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

function decide(org: Org, username: string | null, decision: string, row = {}): void {
  org.add("ops.decisions", { username, email: null, decision, set_at: ago(20), ...row });
}

describe("a decision", () => {
  claim(
    "to keep protects until its last day, that day included; to remove or to ask changes no verdict",
    (org) => {
      observed(org, { exclude: [{ username: "left", until: "2026-12-31", reason: "leave" }] });
      for (const name of ["kept", "today", "over", "gone", "asked", "left", "mail"])
        org.member(name, { email: `${name}@acme.example` });
      decide(org, "kept", "keep", { decision_by: "zoe", decision_note: "quarterly job" });
      decide(org, "today", "keep", { decision_until: "2026-10-22" });
      decide(org, "over", "keep", { decision_until: "2026-10-21" });
      decide(org, "gone", "remove");
      decide(org, "asked", "ask");
      decide(org, "left", "keep");
      decide(org, null, "keep", { email: "mail@acme.example" });
    },
    (seen) => {
      const verdicts = seen.rows("seats").map((seat) => [seat.member_key, seat.protected_reason, seat.recommendation]);
      expect(verdicts).toEqual([
        ["asked", null, "reclaim"],
        ["gone", null, "reclaim"],
        ["kept", "decided", "keep"],
        ["left", "excluded", "keep"],
        ["mail", "decided", "keep"],
        ["over", null, "reclaim"],
        ["today", "decided", "keep"],
      ]);
      expect(seen.seat("kept")).toMatchObject({
        decision: "keep",
        decision_by: "zoe",
        protected_note: "quarterly job",
      });
      expect(seen.seat("left")).toMatchObject({ protected_until: "2026-12-31", protected_note: "leave" });
      expect(seen.seat("over")).toMatchObject({
        decision: "keep",
        decision_until: "2026-10-21",
        protected_until: null,
      });
    },
  );

  claim(
    "has an outcome: removed with a year's price, still there, or come back; nobody who never had a seat has one",
    (org) => {
      observed(org);
      org.member("gone", { valid_to: ago(5) });
      org.member("before", { valid_to: ago(21) });
      org.member("there");
      org.member("role", { valid_to: ago(5) });
      org.member("role", { valid_from: ago(5), role: "Editor" });
      org.member("back", { valid_to: ago(10) });
      org.member("back", { valid_from: ago(3) });
      org.member("earlier", { valid_to: ago(40) });
      org.member("earlier", { valid_from: ago(30) });
      org.member("kept");
      org.member("done", { valid_to: ago(12) });
      org.member("withdrawn", { valid_to: ago(2) });
      for (const name of ["gone", "before", "there", "role", "back", "earlier", "nobody"]) decide(org, name, "remove");
      decide(org, "kept", "keep");
      for (const name of ["done", "withdrawn"]) decide(org, name, "remove", { ended_at: ago(8) });
    },
    (seen) => {
      const outcomes = seen
        .rows("decision_outcomes")
        .map((row) => [row.username, row.outcome, row.saving_realized_year]);
      expect(outcomes).toEqual([
        ["back", "came_back", 0],
        ["before", "removed", 288],
        ["done", "removed", 288],
        ["earlier", "still_there", 0],
        ["gone", "removed", 288],
        ["kept", "still_there", 0],
        ["role", "still_there", 0],
        ["there", "still_there", 0],
      ]);
    },
  );
});
