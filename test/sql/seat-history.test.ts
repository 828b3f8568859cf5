import { describe, expect } from "vitest";
import { claims } from "../kit/claims.ts";
import { ago, type Org } from "../kit/org.ts";

const claim = claims();

/** Watched for 300 days: a snapshot of then and one of now, Insights in both, the audit log whole. */
function watched(org: Org): void {
  org.settings();
  org.auditlog(300);
  org.insights(ago(200));
  org.insights();
}

describe("what a seat was before", () => {
  claim(
    "an idle seat was active until its last activity left the window, to the day",
    (org) => {
      watched(org);
      org.member("ada", { valid_from: ago(200) });
      org.fact("ada", ago(70));
    },
    (seen) => {
      const seat = seen.seat("ada");
      expect(seat).toMatchObject({ status: "idle", previous_status: "active" });
      // active until 2026-10-12 06:00, so idle first at the end of that day
      expect(seat.status_changed_at).toBe("2026-10-13");
    },
  );

  claim(
    "a seat that never was anything else has no previous status",
    (org) => {
      watched(org);
      org.member("steady", { valid_from: ago(200) });
      for (let day = 0; day < 260; day += 5) org.fact("steady", ago(day));
    },
    (seen) =>
      expect(seen.seat("steady")).toMatchObject({ status: "active", previous_status: null, status_changed_at: null }),
  );

  claim(
    "a renamed person's history goes on under the new name",
    (org) => {
      watched(org);
      org.member("old-name", { member_id: "id1", valid_from: ago(200), valid_to: ago(20), is_current: false });
      org.member("new-name", { member_id: "id1", valid_from: ago(20), change_type: "rename" });
      org.fact("old-name", ago(70));
    },
    (seen) => expect(seen.seat("new-name")).toMatchObject({ status: "idle", previous_status: "active" }),
  );

  claim(
    "the trend has how many seats stood how at the end of each week, and as of now",
    (org) => {
      watched(org);
      org.member("ada", { valid_from: ago(200) });
      for (let day = 70; day < 260; day += 5) org.fact("ada", ago(day));
    },
    (seen) => {
      const trend = seen.rows("seat_trend");
      expect(trend.every((row) => Number(row.seats) === 1)).toBe(true);
      const statuses = trend.map((row) => row.status);
      expect(new Set(statuses)).toEqual(
        new Set(["no_data", "active", "idle"].filter((status) => statuses.includes(status))),
      );
      expect(statuses.at(-1)).toBe("idle");
      expect(statuses.filter((status) => status === "active").length).toBeGreaterThanOrEqual(8);
    },
  );
});
