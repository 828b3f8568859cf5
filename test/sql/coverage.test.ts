import { describe, expect } from "vitest";
import { DEFAULT_LICENSE } from "../../pipelines/config/license.ts";
import { claims } from "../kit/claims.ts";
import { ago, NOW, type Org, shift } from "../kit/org.ts";

const claim = claims();

function sources(org: Org): void {
  org.settings();
  org.member("ada", { valid_from: NOW });
  org.snapshot();
}

describe("ops.coverage", () => {
  claim(
    "a window that straddles what the source may have forgotten is two rows, its records on the assured one",
    (org) => {
      sources(org);
      org.window(ago(40), NOW, { oldest_event_at: ago(20), records: 7, facts: 7 });
    },
    (seen) => {
      const rows = seen.rows("ops.coverage").filter((row) => row.stream === "auditlog");
      expect(rows).toHaveLength(2);
      expect(rows[0]).toMatchObject({
        assured: false,
        records: 0,
        window_from: text(ago(40)),
        window_to: text(ago(30)),
      });
      expect(rows[1]).toMatchObject({ assured: true, records: 7, window_from: text(ago(30)), window_to: text(NOW) });
    },
  );

  claim(
    "an empty answer for a time before the retention assures nothing",
    (org) => {
      sources(org);
      org.window(ago(70), ago(40));
      org.window(ago(40), ago(31));
    },
    (seen) =>
      expect(
        seen
          .rows("ops.coverage")
          .filter((row) => row.stream === "auditlog")
          .map((row) => row.assured),
      ).toEqual([false, false]),
  );

  claim(
    "one old event proves nothing of the years after it",
    (org) => {
      sources(org);
      org.window(ago(3800), NOW, { oldest_event_at: ago(3700) });
      for (let day = 0; day < 20; day++) org.returned(ago(day));
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ observed_days: 30, confidence: "none", status: "no_data" }),
  );

  claim(
    "what an unbroken chain of events reaches is assured, and nothing before the link that is too long",
    (org) => {
      sources(org);
      org.window(ago(400), NOW, { oldest_event_at: ago(380) });
      for (const day of [60, 75, 105, 136]) org.returned(ago(day));
    },
    (seen) => expect(assuredSince(seen)).toEqual([text(ago(105))]),
  );

  claim(
    "the first link is measured from the reading less the retention",
    (org) => {
      sources(org);
      org.window(ago(400), NOW, { oldest_event_at: ago(61) });
      for (let day = 0; day < 30; day++) org.returned(ago(day));
    },
    (seen) => expect(assuredSince(seen)).toEqual([text(ago(30))]),
  );

  claim(
    "the links are as long as the retention that is configured",
    (org) => {
      org.settings({ assumed_retention_days: 10 });
      org.member("ada");
      org.snapshot();
      org.window(ago(400), NOW, { oldest_event_at: ago(41) });
      for (const day of [20, 30]) org.returned(ago(day));
    },
    (seen) => expect(assuredSince(seen)).toEqual([text(ago(30))]),
  );

  claim(
    "events that a later read returned assure windows read before it, and not the other way round",
    (org) => {
      sources(org);
      org.window(ago(120), ago(100), { read_at: ago(50) });
      org.file({ stream: "auditlog", kind: "horizon", read_at: ago(40), oldest_event_at: ago(130) });
      for (const day of [110, 120]) org.returned(ago(day), ago(40));
      org.window(ago(100), ago(90), { read_at: ago(30) });
    },
    (seen) => expect(assuredSince(seen)).toEqual([text(ago(120))]),
  );

  claim(
    "a run that goes on where a killed one broke off is the same reading, back to what it finds itself",
    (org) => {
      sources(org);
      org.window(ago(70), NOW, { read_at: ago(1) });
      for (const day of [20, 40, 60, 70]) org.returned(ago(day), ago(1));
      org.window(ago(4000), ago(70));
      org.returned(ago(90));
      org.returned(ago(110));
    },
    (seen) => expect(assuredSince(seen)).toEqual([text(ago(110)), text(ago(70))]),
  );

  claim(
    "what an earlier run was given and this one is not may have been forgotten since",
    (org) => {
      sources(org);
      org.window(ago(70), ago(50), { read_at: ago(1) });
      org.window(ago(40), NOW, { read_at: ago(1) });
      for (const day of [20, 40, 50, 70]) org.returned(ago(day), ago(1));
      org.window(ago(50), ago(40));
      org.file({ stream: "auditlog", kind: "horizon", oldest_event_at: ago(20) });
    },
    (seen) => expect(assuredSince(seen)).toEqual([text(ago(70)), text(ago(40))]),
  );

  claim(
    "the retention is the configured one",
    (org) => {
      org.settings({ assumed_retention_days: 90 });
      org.member("ada");
      org.snapshot();
      org.window(ago(80), NOW);
    },
    (seen) => expect(seen.row("seats")).toMatchObject({ observed_days: 60 }),
  );

  claim(
    "an org without settings is assumed to keep thirty days",
    (org) => {
      org.member("ada");
      org.snapshot();
      org.window(ago(80), NOW);
    },
    (seen) => expect(seen.row("seats")).toMatchObject({ observed_days: 30, threshold_days: 60, wasted_month: null }),
  );

  claim(
    "snapshots are assured instants, and neither horizons nor catalogs are windows",
    (org) => {
      sources(org);
      org.file({ stream: "auditlog", kind: "horizon", oldest_event_at: ago(5) });
      org.file({ stream: "actions", kind: "catalog" });
    },
    (seen) =>
      expect(seen.rows("ops.coverage")).toEqual([
        expect.objectContaining({ stream: "members", assured: true, window_from: text(NOW), window_to: text(NOW) }),
      ]),
  );
});

describe("dim_org", () => {
  claim(
    "the newest settings rule, and of two at the same instant the later written",
    (org) => {
      org.settings({ set_at: ago(10), plan: "team" });
      org.settings({ set_at: ago(10), plan: "business" });
      org.settings({ set_at: ago(20), plan: "free" });
    },
    (seen) => expect(seen.row("dim_org")).toMatchObject({ plan: "business", last_synced_at: null }),
  );

  claim(
    "an organization without settings has the defaults of the configuration",
    (org) => org.snapshot(),
    (seen) => {
      // sql cannot read them from there
      const { billing_cycle, service_accounts, exclude, ...days } = DEFAULT_LICENSE;
      const said = Object.entries(days).filter(([name]) => name.endsWith("_days"));
      expect(said.length).toBe(5);
      expect(seen.row("dim_org")).toMatchObject({
        billing_cycle,
        service_accounts,
        exclude,
        ...Object.fromEntries(said),
      });
    },
  );

  claim(
    "the oldest event known is the one that the newest read of the audit log returned",
    (org) => {
      org.window(ago(90), ago(50), { read_at: ago(50), oldest_event_at: ago(90) });
      org.window(ago(50), ago(5), { read_at: ago(5), oldest_event_at: ago(40) });
      org.file({ stream: "auditlog", kind: "horizon", read_at: ago(5), oldest_event_at: ago(60) });
      org.snapshot();
    },
    (seen) =>
      expect(seen.row("dim_org")).toMatchObject({
        oldest_event_at: text(ago(60)),
        auditlog_read_to: text(ago(5)),
        members_read_at: text(NOW),
        first_synced_at: text(ago(50)),
        last_synced_at: text(NOW),
      }),
  );
});

describe("what was observed", () => {
  claim(
    "windows that touch or overlap cover a window together, and are counted once",
    (org) => {
      sources(org);
      const old = { oldest_event_at: ago(60) };
      org.window(ago(60), ago(40), old);
      org.window(ago(58), ago(50), old);
      org.window(ago(40), NOW, old);
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ observed_days: 60, sources_observed: ["auditlog"] }),
  );

  claim(
    "a hole of an hour leaves the threshold window uncovered",
    (org) => {
      sources(org);
      const old = { oldest_event_at: ago(90) };
      org.returned(ago(60));
      org.window(ago(90), ago(40), old);
      org.window(shift(ago(40), 3_600_000), NOW, old);
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ observed_days: 59, sources_observed: [], confidence: "none" }),
  );

  claim(
    "an audit log that ends before as_of leaves the threshold window uncovered",
    (org) => {
      sources(org);
      org.window(ago(90), ago(8), { oldest_event_at: ago(90) });
      org.returned(ago(60));
    },
    (seen) => expect(seen.seat("ada").sources_observed).toEqual([]),
  );

  claim(
    "a window counts no further than the instant of its reading",
    (org) => {
      sources(org);
      org.window(ago(90), NOW, { oldest_event_at: ago(90), read_at: ago(8) });
      org.returned(ago(60), ago(8));
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ sources_observed: [], observed_days: 52 }),
  );

  claim(
    "Insights cover the window while the newest snapshot is at most seven days old",
    (org) => {
      org.settings();
      org.member("ada");
      org.insights(ago(7));
      org.window(ago(1), NOW);
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ sources_observed: ["member_insights"], confidence: "medium" }),
  );

  claim(
    "Insights of a snapshot more than seven days old cover nothing",
    (org) => {
      org.settings();
      org.member("ada");
      org.insights(shift(ago(7), -1));
      org.window(ago(1), NOW);
    },
    (seen) => expect(seen.seat("ada").sources_observed).toEqual([]),
  );

  claim(
    "Insights absent for everybody in the newest snapshot cover nothing, whatever an older one had",
    (org) => {
      org.settings();
      org.member("ada");
      org.insights(ago(1));
      org.snapshot();
    },
    (seen) => {
      expect(seen.seat("ada").sources_observed).toEqual([]);
      expect(seen.row("dim_org").has_insights).toBe(false);
    },
  );

  claim(
    "pull reports cover the window when they have each whole UTC day in it but the last three",
    (org) => {
      sources(org);
      org.pulls("2026-08-24T00:00:00Z", "2026-09-10T00:00:00Z");
      org.file({
        stream: "usage_export",
        kind: "import",
        window_from: "2026-09-10T00:00:00Z",
        window_to: "2026-10-19T00:00:00Z",
      });
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ sources_observed: ["pulls"], confidence: "medium" }),
  );

  claim(
    "pull reports that begin a day late do not cover the window",
    (org) => {
      sources(org);
      org.pulls("2026-08-25T00:00:00Z", "2026-10-22T00:00:00Z");
    },
    (seen) => expect(seen.seat("ada").sources_observed).toEqual([]),
  );

  claim(
    "pull reports that end four days before as_of do not cover the window",
    (org) => {
      sources(org);
      org.pulls("2026-08-01T00:00:00Z", "2026-10-18T00:00:00Z");
    },
    (seen) => expect(seen.seat("ada").sources_observed).toEqual([]),
  );

  claim(
    "a window without a whole day before its last three is not covered by pull reports",
    (org) => {
      org.settings({ idle_after_days: 3 });
      org.member("ada");
      org.snapshot();
      org.pulls("2026-08-01T00:00:00Z", "2026-10-22T00:00:00Z");
    },
    (seen) => expect(seen.seat("ada").sources_observed).toEqual([]),
  );

  claim(
    "the audit log with Insights or pulls gives high confidence",
    (org) => {
      sources(org);
      org.auditlog(60);
      org.pulls("2026-08-01T00:00:00Z", "2026-10-22T00:00:00Z");
    },
    (seen) => expect(seen.seat("ada")).toMatchObject({ sources_observed: ["auditlog", "pulls"], confidence: "high" }),
  );

  claim(
    "what other orgs' sources cover is not covered here",
    (org) => sources(org),
    (seen) => expect(seen.seat("ada")).toMatchObject({ observed_days: 0, confidence: "none" }),
  );
});

describe("pull reports and exports", () => {
  claim(
    "cover whole days, each once: a report goes before an export, and the newest issue of a report before the others",
    (org) => {
      sources(org);
      const day = { window_from: "2026-10-10T00:00:00Z", window_to: "2026-10-11T00:00:00Z" };
      org.file({ stream: "pulls", kind: "report", ...day, read_at: ago(9), records: 3 });
      org.file({ stream: "pulls", kind: "report", ...day, read_at: ago(8), records: 4 });
      org.file({ stream: "usage_export", kind: "import", ...day, window_to: "2026-10-12T00:00:00Z", records: 9 });
    },
    (seen) => {
      const rows = seen.rows("ops.coverage").filter(({ stream }) => stream === "pulls");
      expect(rows.map((row) => [row.window_from, row.window_to, row.records, row.assured]).sort()).toEqual([
        ["2026-10-10", "2026-10-11", 4, true],
        ["2026-10-11", "2026-10-12", 0, true],
      ]);
    },
  );

  claim(
    "leave gaps between covered days, and where reports stopped for more than a week up to three days before now",
    (org) => {
      sources(org);
      org.pulls("2026-10-01T00:00:00Z", "2026-10-03T00:00:00Z");
      org.pulls("2026-10-05T00:00:00Z", "2026-10-07T00:00:00Z");
    },
    (seen) =>
      expect(seen.rows("ops.gaps").map((gap) => ({ ...gap, org: "" }))).toEqual([
        { org: "", stream: "pulls", gap_from: "2026-10-03", gap_to: "2026-10-05", lost: false, lost_on: null },
        { org: "", stream: "pulls", gap_from: "2026-10-07", gap_to: "2026-10-19", lost: false, lost_on: null },
      ]),
  );

  claim(
    "are not awaited where only exports were ever imported",
    (org) => {
      sources(org);
      const days = { window_from: "2026-10-01T00:00:00Z", window_to: "2026-10-03T00:00:00Z" };
      org.file({ stream: "usage_export", kind: "import", ...days });
    },
    (seen) => expect(seen.rows("ops.gaps")).toEqual([]),
  );
});

describe("ops.gaps", () => {
  claim(
    "time between assured windows is a gap, with the day on which the source forgets it",
    (org) => {
      sources(org);
      org.window(ago(20), ago(10), { read_at: ago(10) });
      org.window(ago(8), NOW);
    },
    (seen) =>
      expect(seen.rows("ops.gaps")).toEqual([
        {
          org: seen.row("dim_org").org,
          stream: "auditlog",
          gap_from: text(ago(10)),
          gap_to: text(ago(8)),
          lost: false,
          lost_on: "2026-11-11",
        },
      ]),
  );

  claim(
    "a gap before the source's horizon is lost, and one that straddles it is split there",
    (org) => {
      sources(org);
      org.window(ago(60), ago(50), { read_at: ago(50) });
      org.window(ago(20), NOW, { oldest_event_at: ago(19) });
    },
    (seen) =>
      expect(seen.rows("ops.gaps")).toEqual([
        expect.objectContaining({ gap_from: text(ago(50)), gap_to: text(ago(30)), lost: true, lost_on: "2026-10-02" }),
        expect.objectContaining({ gap_from: text(ago(30)), gap_to: text(ago(20)), lost: false, lost_on: "2026-10-22" }),
      ]),
  );

  claim(
    "a source known to hold more than assumed forgets a gap later",
    (org) => {
      sources(org);
      org.window(ago(150), ago(50), { read_at: ago(50), oldest_event_at: ago(150) });
      for (const day of [70, 100, 130]) org.returned(ago(day), ago(50));
      org.window(ago(40), NOW, { oldest_event_at: ago(40) });
      org.file({ stream: "auditlog", kind: "horizon", oldest_event_at: ago(150) });
    },
    (seen) =>
      expect(seen.rows("ops.gaps")).toEqual([
        expect.objectContaining({ gap_from: text(ago(50)), gap_to: text(ago(40)), lost: false, lost_on: "2026-12-11" }),
      ]),
  );

  claim(
    "one old event does not make a source hold more than assumed",
    (org) => {
      sources(org);
      org.window(ago(60), ago(50), { read_at: ago(50) });
      org.window(ago(40), NOW, { oldest_event_at: ago(5) });
      org.file({ stream: "auditlog", kind: "horizon", oldest_event_at: ago(3700) });
    },
    (seen) =>
      expect(seen.rows("ops.gaps")).toEqual([
        expect.objectContaining({ gap_from: text(ago(50)), gap_to: text(ago(30)), lost: true, lost_on: "2026-10-02" }),
      ]),
  );

  claim(
    "time read too late to be assured is a gap, and nothing before the first assured window is",
    (org) => {
      sources(org);
      org.window(ago(200), ago(150), { read_at: ago(100) });
      org.window(ago(80), ago(70), { read_at: ago(70) });
      org.window(ago(70), ago(60), { read_at: ago(20) });
      org.window(ago(60), ago(50), { read_at: ago(50) });
    },
    (seen) =>
      expect(seen.rows("ops.gaps").sort((a, b) => (String(a.gap_from) < String(b.gap_from) ? -1 : 1))).toEqual([
        expect.objectContaining({ gap_from: text(ago(70)), gap_to: text(ago(60)), lost: true }),
        expect.objectContaining({ gap_from: text(ago(50)), gap_to: text(ago(30)), lost: true }),
        expect.objectContaining({ gap_from: text(ago(30)), gap_to: text(NOW), lost: false }),
      ]),
  );

  claim(
    "a log that is refused while members are read is a gap to the newest of these reads",
    (org) => {
      sources(org);
      org.window(ago(20), ago(10), { read_at: ago(10) });
    },
    (seen) =>
      expect(seen.rows("ops.gaps")).toEqual([
        expect.objectContaining({ gap_from: text(ago(10)), gap_to: text(NOW), lost: false, lost_on: "2026-11-11" }),
      ]),
  );

  claim(
    "a gap younger than the look-back is none yet",
    (org) => {
      sources(org);
      org.window(ago(20), ago(1.9), { read_at: ago(1.9) });
    },
    (seen) => expect(seen.rows("ops.gaps")).toEqual([]),
  );

  claim(
    "a log that never was read is no gap",
    (org) => sources(org),
    (seen) => expect(seen.rows("ops.gaps")).toEqual([]),
  );
});

/** Since when each assured window of the audit log is. */
function assuredSince(seen: { rows(relation: string): Record<string, unknown>[] }): unknown[] {
  return seen
    .rows("ops.coverage")
    .filter((row) => row.stream === "auditlog" && row.assured)
    .map((row) => row.window_from)
    .sort();
}

/** As the fixture reads times back. */
function text(instant: string): string {
  return instant.replace(".000Z", "Z");
}
