import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { addEvent, emptyOrganization } from "../../../demo/organization.ts";
import { bulkOrganization } from "../../../demo/organizations.ts";
import { combine, type Scenario } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { emptyFolder, hubOf, rowsOf, syncHere } from "../../kit/at-work.ts";

const hour = 3_600_000;
const day = 24 * hour;

const shuffled: Scenario = { name: "no order", position: (index, log) => (index * 7919) % log.count };
const without = (parameter: "from" | "to") =>
  answering(`without ${parameter}`, { streams: ["auditlogs"] }, ({ query }) => {
    query.delete(parameter);
    return undefined;
  });

/** An organization with events so long ago. */
function withEvents(...agoMs: number[]) {
  const organization = bulkOrganization("acme", 0, { members: 3 });
  for (const [n, ago] of agoMs.entries())
    addEvent(organization, {
      action: "repo.create",
      name: "acme/x",
      actor: "ann",
      atMs: Date.now() - ago,
      data: { n },
    });
  return organization;
}

/** A first sync of a hub that ignores the range: how it ended, what it asked, what it kept. */
async function firstSync(organization: ReturnType<typeof withEvents>, scenario: Scenario) {
  const folder = emptyFolder();
  const hub = await hubOf([organization], { scenario });
  const report = await syncHere({ folder, hub, orgs: ["acme"] });
  const file = join(folder, "data/warehouse.duckdb");
  const kept = existsSync(file)
    ? await rowsOf(
        file,
        "select window_from from ops.coverage where stream = 'auditlog' union all select occurred_at from fct_usage where source = 'auditlog'",
      )
    : [];
  return { report, kept, asked: hub.requests.filter(({ path }) => path === "/v2/auditlogs/acme").length, folder, hub };
}

describe("a hub that ignores from and to fails the audit log and nothing else: exit 4, no coverage, few requests", () => {
  const fresh = [hour, 2 * hour, 3 * hour];
  const old = [40 * day, 50 * day];
  it.each<[string, ReturnType<typeof withEvents>, Scenario, number]>([
    [
      "where the whole log is of the last days and fits one window",
      withEvents(...fresh),
      scenarioOf("range-ignored"),
      3,
    ],
    ["where the whole log is old and fits one page", withEvents(...old), scenarioOf("range-ignored"), 1],
    ["where one page holds new and old events", withEvents(...fresh, ...old), scenarioOf("range-ignored"), 3],
    ["where only to is ignored", withEvents(...fresh, ...old), without("to"), 3],
    ["where only from is ignored", withEvents(...old), without("from"), 1],
    ["where the log is long", bulkOrganization("acme", 30_000, { days: 300 }), scenarioOf("range-ignored"), 20],
    [
      "where the log is long and without order",
      bulkOrganization("acme", 30_000, { days: 60 }),
      combine(scenarioOf("range-ignored"), shuffled),
      101,
    ],
  ])("%s", async (_, organization, scenario, requests) => {
    const { report, kept, asked } = await firstSync(organization, scenario);
    expect(report.exitCode).toBe(4);
    expect(report.connections[0]!.streams.members.status).toBe("ok");
    expect(report.connections[0]!.streams.auditlog.status).toBe("failed");
    expect(report.connections[0]!.streams.auditlog.message).toMatch(
      /asked for .*Z to .* ignores from and to.*audit_log_path/,
    );
    expect(kept).toEqual([]);
    expect(asked).toBeLessThanOrEqual(requests);
  });
});

it("a hub that begins to ignore from and to fails the run, and all is well once it heeds them again", async () => {
  const { folder, hub } = await firstSync(withEvents(hour, 40 * day), { name: "good" });
  hub.setScenario(scenarioOf("range-ignored"));
  const misled = await syncHere({ folder, hub, orgs: ["acme"] });
  expect([misled.exitCode, misled.connections[0]!.streams.auditlog.status]).toEqual([4, "failed"]);
  hub.setScenario();
  expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(0);
});

it("a log without order or readable times that is never whole is given up at limits.window_splits, and said so", async () => {
  const unread: Scenario = {
    name: "no times",
    record: (text) => text.replace(/"timestamp":"[^"]*"/, '"timestamp":"soon"'),
  };
  const organization = bulkOrganization("acme", 2000, { days: 60 });
  const hub = await hubOf([organization], { scenario: combine(scenarioOf("range-ignored"), unread) });
  const limits = { window_pages: 2, window_splits: 9, concurrency: 3 };
  const report = await syncHere({ folder: emptyFolder(), hub, orgs: ["acme"], limits });
  const { auditlog } = report.connections[0]!.streams;
  expect([report.exitCode, auditlog.status, auditlog.windows]).toEqual([4, "failed", 0]);
  expect(auditlog.message).toMatch(/split 9 times in a row .*\(limits\.window_splits\).* raise limits\.window_splits/);
  expect(hub.requests.length).toBeLessThan(45);
});

it("a server that accepts no range of more than 120 days is read whole: such splits are not in vain", async () => {
  const narrow = answering("120 days at the most", { streams: ["auditlogs"] }, ({ query }) =>
    Date.parse(query.get("to")!) - Date.parse(query.get("from")!) > 120 * day + 1000
      ? { status: 400, headers: {}, body: '{"code":3,"message":"range too wide"}', delivery: "whole" }
      : undefined,
  );
  const organization = withEvents(hour, 3 * day, 40 * day);
  const hub = await hubOf([organization], { scenario: narrow });
  const report = await syncHere({ folder: emptyFolder(), hub, orgs: ["acme"] });
  expect([report.exitCode, report.connections[0]!.streams.auditlog.records]).toEqual([0, 3]);
});

it("an empty organization asks nothing more", async () => {
  const hub = await hubOf([emptyOrganization("acme")]);
  const report = await syncHere({ folder: emptyFolder(), hub, orgs: ["acme"] });
  expect(report.exitCode).toBe(0);
  expect(hub.requests.some(({ query }) => query.includes("from=2012-01"))).toBe(false);
});
