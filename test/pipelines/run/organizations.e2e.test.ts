import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addEvent, addMember, demoSecret, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import type { Scenario } from "../../../demo/scenario.ts";
import { altering } from "../../../demo/target.ts";
import {
  change,
  differences,
  docktally,
  emptyFolder,
  hubOf,
  rebuildHere,
  rowsOf,
  syncHere,
  writeConfig,
} from "../../kit/at-work.ts";

const DAY = 86_400_000;
const NOW = Math.floor(Date.now() / 1000) * 1000;

/** An organization with four events that have no id, a member with Insights and a member whom nobody can read. */
function acme(name: string, parts: Partial<Organization> = {}): Organization {
  const organization = emptyOrganization(name, { insights: true, ...parts });
  anySpelling(organization);
  addMember(organization, { username: "boss", role: "Owner", last_seen_at: new Date(NOW - DAY).toISOString() });
  addMember(organization, { username: "", email: "" });
  for (let n = 0; n < 4; n++)
    addEvent(organization, {
      action: "repo.tag.push",
      name: "acme/app",
      actor: "boss",
      atMs: NOW - n * DAY - 1000,
      data: { tag: "t" },
    });
  return organization;
}

/** Answers with the account as it was asked for. */
const echo: Scenario = altering("echo", { streams: ["auditlogs"] }, (reply, { account }) => ({
  ...reply,
  body: String(reply.body).replace(/"account":"[^"]*"/g, `"account":"${account}"`),
}));

const as = (org: string) => ({ orgs: [org], more: { [org]: ["name: main"] } });

/** Lets every spelling of the name log in. */
function anySpelling(organization: Organization): void {
  const [token] = organization.tokens;
  organization.tokens = ["acme", "ACME"].map((name) => ({ ...token!, secret: demoSecret(name) }));
}

/** Every relation's spellings of organizations, and what the raw zone has. */
async function spellings(folder: string) {
  const file = join(folder, "data/warehouse.duckdb");
  const tables = await rowsOf(
    file,
    `select distinct schema_name || '.' || table_name as name from duckdb_columns()
     where database_name = current_database() and schema_name in ('main', 'ops') and column_name = 'org'`,
  );
  const orgs = await rowsOf(file, tables.map(({ name }) => `select org from ${name}`).join(" union "));
  const raw = readdirSync(join(folder, "data/raw"), { recursive: true }).map(String);
  return {
    orgs: orgs.map(({ org }) => org),
    raw: [...new Set(raw.flatMap((path) => /[^/=]*=([^/]+)/.exec(path)?.[1] ?? []))],
  };
}

const ids = (folder: string) =>
  rowsOf(join(folder, "data/warehouse.duckdb"), "select fact_id from fct_usage order by fact_id");

describe.each([
  ["the API spells it in one way", "Acme", undefined, "Acme"],
  ["the API answers as it was asked", "acme", echo, "ACME"],
])("an organization configured as acme, then as ACME: %s", (_, spelt, scenario, shown) => {
  it("is one: no fact, no person and no raw folder twice, a rebuild makes the same again", async () => {
    const hub = await hubOf([acme(spelt)], scenario ? { scenario } : {});
    const folder = emptyFolder();
    expect((await syncHere({ folder, hub, at: new Date(NOW), ...as("acme") })).exitCode).toBe(0);
    const before = await ids(folder);
    expect(before).toHaveLength(5);
    const again = await syncHere({ folder, hub, at: new Date(NOW + 1), ...as("ACME") });
    expect([again.exitCode, again.connections[0]!.streams.auditlog.facts_new]).toEqual([0, 0]);
    expect(await ids(folder)).toEqual(before);
    const [first] = (await spellings(folder)).orgs;
    expect(await spellings(folder)).toEqual({ orgs: [scenario ? first : shown], raw: ["acme"] });
    const published = join(folder, "data/warehouse.duckdb");
    cpSync(published, join(folder, "before.duckdb"));
    expect((await rebuildHere(folder)).exitCode).toBe(0);
    expect(await differences(join(folder, "before.duckdb"), published)).toEqual([]);
  });
});

it("raw folders of two spellings merge as one organization, with the ids of the first", async () => {
  const hub = await hubOf([acme("Acme")]);
  const [folder, other] = [emptyFolder(), emptyFolder()];
  await syncHere({ folder, hub, at: new Date(NOW), ...as("acme") });
  const before = await ids(folder);
  await syncHere({ folder: other, hub, at: new Date(NOW + DAY), ...as("ACME") });
  cpSync(join(other, "data/raw"), join(folder, "data/raw"), { recursive: true });
  expect((await rebuildHere(folder)).exitCode).toBe(0);
  expect(await ids(folder)).toEqual(before);
  expect((await spellings(folder)).orgs).toEqual(["Acme"]);
});

it("invitations spell it where no event does, and the configuration where nothing does", async () => {
  const organization = acme("Acme", { auditlog: false });
  const hub = await hubOf([organization]);
  const folder = emptyFolder();
  await syncHere({ folder, hub, at: new Date(NOW), ...as("acme") });
  expect((await spellings(folder)).orgs).toEqual(["acme"]);
  organization.invites.push({
    id: "1",
    inviter_username: "boss",
    invitee: "new.one",
    org: "Acme",
    team: "dev",
    role: "member",
    created_at: new Date(NOW - DAY).toISOString(),
  });
  await syncHere({ folder, hub, at: new Date(NOW + 1), ...as("acme") });
  expect((await spellings(folder)).orgs).toEqual(["Acme"]);
  organization.auditlog = true;
  organization.events.forgetBefore(NOW + 1);
  expect((await syncHere({ folder, hub, at: new Date(NOW + 2), ...as("ACME") })).exitCode).toBe(0);
  expect((await spellings(folder)).orgs).toEqual(["Acme"]);
});

it("a warehouse in which an older docktally took two spellings for two organizations is made anew", async () => {
  const hub = await hubOf([acme("acme")]);
  const folder = emptyFolder();
  await syncHere({ folder, hub, at: new Date(NOW), ...as("acme") });
  const before = await ids(folder);
  await change(
    join(folder, "data/state/warehouse.duckdb"),
    "insert into fct_usage select * replace ('ACME' as org, 'x' || fact_id as fact_id) from fct_usage",
    "update ops.loaded_files set org = 'ACME' where stream = 'members'",
  );
  expect((await syncHere({ folder, hub, at: new Date(NOW + 1), ...as("acme") })).exitCode).toBe(0);
  expect(await ids(folder)).toEqual(before);
});

describe("an organization that is no longer configured", () => {
  async function two() {
    const orgs = ["acme", "brisk"].map((name) => {
      const organization = emptyOrganization(name);
      if (name === "acme") anySpelling(organization);
      addMember(organization, { username: `${name}.boss`, role: "Owner" });
      addEvent(organization, {
        action: "repo.create",
        name: `${name}/app`,
        actor: `${name}.boss`,
        atMs: NOW - DAY,
        eventId: "e",
        data: {},
      });
      return organization;
    });
    const hub = await hubOf(orgs);
    const folder = emptyFolder();
    const sync = (names: string[], only?: string[]) =>
      syncHere({ folder, hub, orgs: names, ...(only ? { only } : {}) });
    expect((await sync(["acme", "brisk"])).exitCode).toBe(0);
    const ask = async (...args: string[]) => docktally(args, { cwd: folder });
    const orgsOf = async (...args: string[]) => {
      const { json } = await ask(...args, "--json");
      const rows = Array.isArray(json) ? json : (json.seats ?? [...json.organizations, ...json.connections]);
      return [...new Set(rows.map(({ org }: { org: string }) => org))];
    };
    return { folder, hub, sync, ask, orgsOf };
  }

  it("is out of reports, explain, status and --max-age, stays in the warehouse, and --all brings it back", async () => {
    const { folder, sync, ask, orgsOf } = await two();
    expect((await sync(["ACME"])).exitCode).toBe(0);
    rmSync(join(folder, "docktally.yaml")); // a command that reads needs no configuration
    for (const command of [["report", "licenses"], ["report", "actions"], ["status"]]) {
      expect([command, await orgsOf(...command)]).toEqual([command, ["acme"]]);
      expect([command, await orgsOf(...command, "--all")]).toEqual([command, ["acme", "brisk"]]);
    }
    const gone = await ask("explain", "brisk.boss");
    expect([gone.code, gone.stderr]).toEqual([2, expect.not.stringContaining("did you mean brisk")]);
    expect((await ask("explain", "brisk.boss", "--all")).code).toBe(0);
    const named = await ask("report", "licenses", "--connection", "the-brisk");
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining("--all")]);
    const published = join(folder, "data/warehouse.duckdb");
    expect(await rowsOf(published, "select org, is_retired from dim_org order by org")).toEqual([
      { org: "acme", is_retired: false },
      { org: "brisk", is_retired: true },
    ]);
    expect(await rowsOf(published, "select count(*) as n from fct_usage where org = 'brisk'")).toEqual([{ n: 1 }]);
  });

  it("stays retired after a rebuild and is back once it is configured again; --connection retires nobody", async () => {
    const { folder, hub, sync, ask, orgsOf } = await two();
    expect((await sync(["acme", "brisk"], ["the-acme"])).exitCode).toBe(0);
    rmSync(join(folder, "docktally.yaml"));
    expect(await orgsOf("status")).toEqual(["acme", "brisk"]);
    await sync(["acme"]);
    rmSync(join(folder, "docktally.yaml"));
    expect((await ask("rebuild")).code).toBe(0);
    expect(await orgsOf("status")).toEqual(["acme"]);
    writeConfig(folder, hub, ["acme", "brisk"]);
    expect(await orgsOf("status")).toEqual(["acme", "brisk"]);
  });

  it("rings no bell, however old it gets; a file that names it no more is enough", async () => {
    const { folder, hub, ask, orgsOf } = await two();
    await change(
      join(folder, "data/warehouse.duckdb"),
      "update ops.loaded_files set read_at = read_at - interval 3 days, window_to = window_to - interval 3 days where org = 'brisk'",
    );
    expect((await ask("status", "--max-age", "36h")).stderr).toContain("of brisk, stream auditlog");
    writeConfig(folder, hub, ["acme"]);
    expect((await ask("status", "--max-age", "36h")).code).toBe(0);
    expect((await ask("status", "--max-age", "36h", "--all")).code).toBe(0);
    expect(await orgsOf("report", "licenses")).toEqual(["acme"]);
  });
});
