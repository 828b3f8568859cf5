import { describe, expect } from "vitest";
import { claims } from "../kit/claims.ts";
import { ago } from "../kit/org.ts";

const claim = claims();

describe("a name that another account took over", () => {
  claim(
    "does not bring what its former holder did, who has left",
    (org) => {
      org.settings();
      org.window(ago(200), ago(0));
      org.member("bob", { member_id: "2", valid_to: ago(20) });
      org.member("bob", { member_id: "9", valid_from: ago(20), change_type: "join" });
      org.fact("bob", ago(25));
    },
    (seen) => expect(seen.seat("bob")).toMatchObject({ last_activity_at: null, facts_90: 0, status: "new" }),
  );

  claim(
    "leaves what was done under it to whom it was then, and counts from then on for whom it is now",
    (org) => {
      org.settings();
      org.window(ago(200), ago(0));
      org.member("ann", { member_id: "1", valid_to: ago(20) });
      org.member("bob", { member_id: "2", valid_to: ago(20) });
      org.member("bob", { member_id: "1", valid_from: ago(20), change_type: "rename" });
      org.member("ann", { member_id: "2", valid_from: ago(20), change_type: "rename" });
      org.fact("bob", ago(30), { action: "repo.push" });
      org.fact("ann", ago(10), { action: "repo.delete" });
    },
    (seen) => {
      expect(seen.seat("ann")).toMatchObject({
        facts_90: 2,
        last_activity: "repo.delete",
        tenure_source: "before_observation",
      });
      expect(seen.seat("bob")).toMatchObject({ facts_90: 0, last_activity_at: null });
    },
  );

  claim(
    "is not taken over by somebody who was only invited under it",
    (org) => {
      org.settings();
      org.window(ago(200), ago(0));
      org.invitee("bob", { person: "an invitation", valid_to: ago(20) });
      org.member("bob", { member_id: "9", valid_from: ago(20), change_type: "accept" });
      org.fact("bob", ago(20.5));
    },
    (seen) => expect(seen.seat("bob")).toMatchObject({ facts_90: 1, status: "active" }),
  );
});
