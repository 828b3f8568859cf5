import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addEvent, addMember, emptyOrganization, memberOf, readScopes } from "../../../demo/organization.ts";
import { openReader } from "../../../load/warehouse/open.ts";
import { status } from "../../../pipelines/reports/status.ts";
import { statusText } from "../../../pipelines/reports/status-text.ts";
import { differences, emptyFolder, hubOf, rebuildHere, rowsOf, syncHere } from "../../kit/at-work.ts";

const ORG = "acme";
const DAY = 86_400_000;
const made = { description: "", star_count: 0, date_registered: "2024-01-02T03:04:05Z", pull_count: 5 };

it("two nights tell who was in which team when, which repositories grew, and what is not reached; a rebuild tells the same", async () => {
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const at = new Date(now.getTime() - DAY);
  const last_updated = at.toISOString();
  const organization = emptyOrganization(ORG, {
    teams: [{ id: 1, uuid: "one", name: "core", description: "the core" }],
    repositories: [
      { ...made, name: "app", is_private: false, storage_size: 100, last_updated },
      { ...made, name: "own", is_private: true, storage_size: 7, last_updated },
    ],
  });
  organization.tokens[0]!.scopes = [...readScopes, "scope-repository-list"];
  for (const username of ["boss", "ann"]) addMember(organization, { username, groups: ["core", "shadow"] });
  const said = { name: `${ORG}/app`, actor: "ann", atMs: at.getTime() - 3_600_000, data: { tag: "1", by: ["x"] } };
  addEvent(organization, { ...said, action: "repo.tag.push", eventId: "e1" });
  addEvent(organization, { ...said, action: "repo.tag.sign", eventId: "e2" });
  const hub = await hubOf([organization]);
  const folder = emptyFolder();
  const first = await syncHere({ folder, hub, orgs: [ORG], at });
  expect(first.exitCode).toBe(0);
  expect(first.connections[0]!.streams).toMatchObject({
    groups: { status: "ok", records: 1 },
    repositories: { status: "ok", records: 2 },
    tokens: { status: "unavailable" },
  });

  memberOf(organization, "ann").groups = ["core"];
  memberOf(organization, "boss").role = "Owner";
  organization.repositories[0]!.storage_size = 130;
  organization.repositories.pop();
  expect((await syncHere({ folder, hub, orgs: [ORG], at: now })).exitCode).toBe(0);
  const data = join(folder, "data");
  const file = join(data, "warehouse.duckdb");
  const rows = (query: string) => rowsOf(file, query);
  const days = `date_diff('day', timestamp '${at.toISOString().slice(0, -1)}', valid_to)`;
  expect(await rows(`select team, username, ${days} as days, is_current from team_member order by 1, 2`)).toEqual([
    { team: "core", username: "ann", days: null, is_current: true },
    { team: "core", username: "boss", days: null, is_current: true },
    { team: "shadow", username: "ann", days: 1, is_current: false },
    { team: "shadow", username: "boss", days: null, is_current: true },
  ]);
  expect(await rows("select team, description, member_count, is_current from dim_team order by 1")).toEqual([
    { team: "core", description: "the core", member_count: 2, is_current: true },
    { team: "shadow", description: null, member_count: 1, is_current: true },
  ]);
  expect(
    await rows("select repository, is_private, storage_size, is_listed, pushes from dim_repository order by 1"),
  ).toEqual([
    { repository: "acme/app", is_private: false, storage_size: 130, is_listed: true, pushes: 1 },
    { repository: "acme/own", is_private: true, storage_size: 7, is_listed: false, pushes: 0 },
  ]);
  expect(
    await rows("select list(storage_size order by activity_date) as sizes from repository_day where storage_size > 50"),
  ).toEqual([{ sizes: [100, 130] }]);

  const reader = await openReader(data);
  const report = await status(reader, null, { now, connections: [] });
  reader.close();
  expect(report.unmapped_actions).toEqual([
    expect.objectContaining({ org: ORG, action: "repo.tag.sign", facts: 1, last_at: expect.any(String) }),
  ]);
  expect(JSON.parse(String(report.unmapped_actions[0]!.sample_payload))).toEqual({
    ...{ action: "repo.tag.sign", name: "acme/app", actor: "ann" },
    data: { tag: "1", by: ["x"] },
  });
  const text = statusText(report, now, { color: false, columns: 80 });
  expect(text).toContain("repo.tag.sign (1 facts)");
  expect(text).toMatch(/no private one was listed.*Repository List/);

  const before = join(folder, "before.duckdb");
  copyFileSync(file, before);
  await rebuildHere(data);
  expect(await differences(before, file)).toEqual([]);
});
