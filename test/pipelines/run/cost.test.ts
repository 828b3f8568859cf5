import { expect, it } from "vitest";
import { watchStatements } from "../../../bench/statements.ts";
import { bulkOrganization } from "../../../demo/organizations.ts";

import { emptyFolder, filesBelow, hubOf, rebuildHere, syncHere } from "../../kit/at-work.ts";

/** What a run costs in what can be counted: no clock decides these, and the bounds are what it costs today. */
const ORG = "bulk";
const PAGE = 100;

interface Cost {
  readonly requests: number;
  readonly auditRequests: number;
  readonly rawFiles: number;
  readonly statements: readonly string[];
}

async function site(events: number) {
  const hub = await hubOf([bulkOrganization(ORG, events, { now: new Date(), days: 90, members: 30 })]);
  const folder = emptyFolder();
  const counted = () => ({
    requests: hub.counts.total,
    auditRequests: hub.counts.byPath[`/v2/auditlogs/${ORG}`] ?? 0,
    rawFiles: filesBelow(folder).filter((file) => file.endsWith(".parquet")).length,
  });
  const costOf = async (work: () => Promise<{ exitCode: number }>): Promise<Cost> => {
    const before = counted();
    const watch = watchStatements();
    const { exitCode } = await work().finally(() => watch.stop());
    expect(exitCode).toBe(0);
    const after = counted();
    return {
      requests: after.requests - before.requests,
      auditRequests: after.auditRequests - before.auditRequests,
      rawFiles: after.rawFiles - before.rawFiles,
      statements: watch.statements.map(({ text }) => text),
    };
  };
  return {
    sync: () => costOf(() => syncHere({ folder, hub, orgs: [ORG] })),
    rebuild: () => costOf(() => rebuildHere(`${folder}/data`)),
  };
}

const like = ({ statements }: Cost, words: RegExp) => statements.filter((text) => words.test(text)).length;

it("a first sync asks for each page once, and for what ends each window", async () => {
  const events = 8000;
  const first = await (await site(events)).sync();
  const pages = events / PAGE;
  expect(first.rawFiles).toBeLessThanOrEqual(16);
  expect(first.auditRequests).toBeGreaterThan(pages);
  expect(first.auditRequests).toBeLessThanOrEqual(pages + 3 * first.rawFiles);
  // login, members, invitations, list of actions; teams, repositories and tokens
  expect(first.requests - first.auditRequests).toBeLessThanOrEqual(7);
});

it("a sync with nothing new costs the same however long the history: few requests, files and statements", async () => {
  const again: Cost[] = [];
  for (const events of [500, 4000]) {
    const { sync } = await site(events);
    await sync();
    again.push(await sync());
  }
  const [few, many] = again as [Cost, Cost];
  expect(many.statements.length).toBe(few.statements.length);
  expect(many.statements.length).toBeLessThanOrEqual(210);
  for (const { requests, rawFiles } of again) {
    expect(requests).toBeLessThanOrEqual(11);
    expect(rawFiles).toBeLessThanOrEqual(6);
  }
});

it("raw files are merged together: described, parsed and inserted by one statement each, and without a request", async () => {
  const { sync, rebuild } = await site(4000);
  const { rawFiles } = await sync();
  expect(rawFiles).toBeGreaterThan(8);
  const anew = await rebuild();
  expect(anew.requests).toBe(0);
  expect(like(anew, /parquet_kv_metadata/)).toBe(1);
  expect(like(anew, /^create or replace temp table "incoming" as/)).toBe(1);
  // the members' Insights are facts, too
  expect(like(anew, /^\s*insert into "?fct_usage/)).toBeLessThanOrEqual(2);
});
