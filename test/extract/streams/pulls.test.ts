import { expect, it } from "vitest";
import { demoSecret, emptyOrganization, type Organization, readScopes } from "../../../demo/organization.ts";
import { csvOf } from "../../../demo/reports.ts";
import type { Scenario } from "../../../demo/scenario.ts";
import { HubClient } from "../../../extract/hub/client.ts";
import { pulls } from "../../../extract/streams/pulls.ts";
import { failureOf, short } from "../../kit/at-the-hub.ts";
import { hubOf } from "../../kit/at-work.ts";

const ORG = "acme";
const header = ["day", "image_repository", "event_count", "hub_username"];

function business(bodies: readonly string[]): Organization {
  const tokens = [{ secret: demoSecret(ORG), label: "all", scopes: [...readScopes, "scope-report-read"] }];
  const pullReports = bodies.map((text, n) => ({
    ...{ date: `2026-11-${10 + n}`, key: `report-${n}.csv` },
    body: Buffer.from(text),
  }));
  return emptyOrganization(ORG, { plan: "Business", tokens, pullReports });
}

/** The hub's reports as a run reads them. */
async function reading<T>(
  bodies: readonly string[],
  scenario: Scenario | undefined,
  act: (source: Parameters<typeof pulls.issues>[0], sent: () => number) => Promise<T>,
): Promise<T> {
  const server = await hubOf([business(bodies)], scenario ? { scenario } : {});
  const secret = () => demoSecret(ORG);
  const options = { identifier: ORG, secret, userAgent: "docktally/test", limits: { ...short, concurrency: 2 } };
  const hub = new HubClient({ url: new URL(server.url), ...options });
  try {
    return await act({ hub: hub.at(new URL(server.url)), org: ORG }, () => server.requests.length);
  } finally {
    await hub.close();
  }
}

it("a list whose tokens lead round in a circle ends", async () => {
  const scenario: Scenario = {
    name: "tokens in a circle",
    after: (reply, { stream, query }) => {
      if (stream !== "reports") return reply;
      const next_page_token = query.get("page_token") === "a" ? "b" : "a";
      return { ...reply, body: JSON.stringify({ ...JSON.parse(String(reply.body)), next_page_token }) };
    },
  };
  await reading([csvOf(header, [])], scenario, async (source, sent) => {
    expect(await pulls.issues(source, { covered: [] })).toHaveLength(1);
    expect(sent()).toBeLessThan(10);
  });
});

it("large reports without a column that facts need hold no connection, however many there are", async () => {
  const large = csvOf(["day"], Array(400_000).fill(["2026-11-10"]));
  await reading(Array(4).fill(large), undefined, async (source) => {
    for (const issue of await pulls.issues(source, { covered: [] })) {
      const failed = await failureOf(pulls.read(source, issue).next());
      expect(failed.message).toContain("no column image_repository or repository");
    }
  });
});

it("what storage echoes of a link's query stands in no message", async () => {
  const scenario: Scenario = {
    name: "storage echoes",
    before: ({ path, query }) =>
      path.startsWith("/echo")
        ? { status: 403, headers: {}, body: `<Error><Url>${query}</Url></Error>`, delivery: "whole" }
        : undefined,
    after: (reply, { stream, hub }) =>
      stream === "reportDownload"
        ? {
            ...reply,
            headers: { ...reply.headers, location: `${hub.url}/echo?X-Amz-Signature=hush-hush&X-Amz-Date=today` },
          }
        : reply,
  };
  await reading([csvOf(header, [])], scenario, async (source) => {
    const [issue] = await pulls.issues(source, { covered: [] });
    const failed = await failureOf(pulls.read(source, issue!).next());
    expect(failed.message).toContain("HTTP 403");
    expect(failed.message).not.toMatch(/hush|today/);
  });
});
