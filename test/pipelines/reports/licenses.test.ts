import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoHub, startHub } from "../../../demo/hub.ts";
import { addEvent, changeRole, type Organization, removeMember } from "../../../demo/organization.ts";
import { demoOrganizations } from "../../../demo/organizations.ts";
import { openReader, type WarehouseFile } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";
import { demoConfig } from "../../../pipelines/commands/demo-hub.ts";
import { loadConfig } from "../../../pipelines/config/config.ts";
import { program } from "../../../pipelines/program.ts";
import { renderChanges } from "../../../pipelines/reports/changes.ts";
import { explainSeat } from "../../../pipelines/reports/explain.ts";
import { explanationText } from "../../../pipelines/reports/explanation-text.ts";
import type { Format } from "../../../pipelines/reports/format-names.ts";
import { type LicenseQuestion, licenseReport, licenseVerdicts } from "../../../pipelines/reports/licenses.ts";
import { toRecords } from "../../../pipelines/reports/records.ts";
import { renderLicenses } from "../../../pipelines/reports/render-licenses.ts";
import { totalOf } from "../../../pipelines/reports/totals.ts";
import { heedSettings } from "../../../pipelines/run/settings-now.ts";
import { sync } from "../../../pipelines/run/sync.ts";
import { readWorkbook } from "../../kit/read-workbook.ts";

const DAY = 86_400_000;
const FIRST = Date.parse("2026-08-03T12:00:00Z");
const LAST = Date.parse("2026-10-01T12:00:00Z");
const SCREEN = { columns: Number.POSITIVE_INFINITY, color: false, isTerminal: false };

let folder: string;
let hub: DemoHub;
let now = FIRST;

/** The demo organizations, read twice, 59 days apart by the hub's clock: what a report says of them is the same on any day. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "docktally-licenses-"));
  hub = await startHub({ organizations: demoOrganizations(new Date(LAST)), now: () => new Date(now) });
  const northwind = hub.organizations[0] as Organization;
  await run();
  now = LAST;
  removeMember(northwind, "rkhan");
  addEvent(northwind, { action: "org.member.remove", name: "rkhan", actor: "amara.nwosu", atMs: LAST - 3 * DAY });
  changeRole(northwind, "jdoe", "Owner");
  await run();
});

afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

async function run(): Promise<void> {
  const config = demoConfig(hub.url, folder);
  const signal = new AbortController().signal;
  const report = await sync({
    config,
    range: null,
    acceptShrink: false,
    startedAt: new Date(now),
    clock: () => now,
    signal,
    onProgress: () => {},
  });
  expect(report.status).toBe("ok");
}

async function ask<T>(work: (warehouse: WarehouseFile) => Promise<T>): Promise<T> {
  const warehouse = await openReader(folder);
  try {
    return await work(warehouse);
  } finally {
    warehouse.close();
  }
}

const STORED: LicenseQuestion = { orgs: null, asOf: null, idleAfter: [], grace: null, price: null };

const rendered = (format: Format, asked: Partial<LicenseQuestion> = {}) =>
  ask(async (warehouse) =>
    renderLicenses(warehouse, {
      question: { ...STORED, ...asked },
      format,
      screen: SCREEN,
    }),
  );

const settled = (text: string) => text.replace(/\d{8}T\d{9}Z-[0-9a-f]{6}/g, "RUN");

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
const json = async (asked: Partial<LicenseQuestion> = {}): Promise<any> =>
  JSON.parse(String(await rendered("json", asked)));

describe("the license report of the demo organizations", () => {
  it.each(["table", "csv", "json"] as const)("as %s is the golden file", async (format) => {
    await expect(settled(String(await rendered(format)))).toMatchFileSnapshot(`golden/licenses.${format}`);
  });

  it("has the shape {as_of, notes, total, summary, seats, decisions, what_if} as JSON", async () => {
    const report = await json();
    expect(Object.keys(report)).toEqual(["as_of", "notes", "total", "summary", "seats", "decisions", "what_if"]);
    expect(report.as_of).toBe("2026-10-01T12:00:00Z");
    expect(report.notes).toEqual(
      ["harbor-tools", "northwind-labs"].map(
        (org) => `${org}: 1 open invitation is a member's and takes no second seat.`,
      ),
    );
  });

  it("adds up: statuses to seats, purchased to assigned and spare, savings to those of the seats", async () => {
    const { summary, seats } = await json();
    for (const org of summary) {
      const own = seats.filter((seat: { org: string }) => seat.org === org.org);
      const statuses = org.active + org.new + org.idle + org.never_active + org.pending_invite + org.no_data;
      expect(statuses).toBe(org.seats_assigned);
      expect(own).toHaveLength(org.seats_assigned);
      expect(org.seats_purchased).toBe(org.seats_assigned + org.seats_spare - org.seats_over_assigned);
      const saved = own.reduce((sum: number, seat: { saving_year: number }) => sum + seat.saving_year, 0);
      expect(saved).toBeCloseTo(
        org.saving_year_high + org.saving_year_medium + org.saving_year_low + org.saving_year_invites,
        2,
      );
    }
  });

  it("adds organizations up, one row a currency", async () => {
    const { total, summary } = await json();
    const names = Object.keys(total[0]).filter((name) => name !== "currency");
    expect(total.map(({ currency }: { currency: string }) => currency)).toEqual(["USD"]);
    for (const name of names) {
      const sum = summary.reduce((all: number, row: Record<string, number | null>) => all + (row[name] ?? 0), 0);
      expect(total[0][name], name).toBeCloseTo(sum, 2);
    }
    expect(names).toEqual(
      "seats_purchased seats_assigned seats_spare active new idle never_active pending_invite no_data cost_month saving_year_spare saving_year_high saving_year_medium saving_year_low saving_year_invites".split(
        " ",
      ),
    );
    const rows = [
      ["a", "USD", 1, 10],
      ["b", "EUR", null, 2.5],
      ["c", "USD", 2, 0.1],
      ["d", null, 3, null],
    ];
    const columns = ["org", "currency", "idle", "cost_month"].map((name) => ({ name, type: "text" as const }));
    const added = toRecords(totalOf({ columns, rows }));
    expect(added.map(({ currency, idle, cost_month }) => [currency, idle, cost_month])).toEqual([
      ["USD", 3, 10.1],
      ["EUR", null, 2.5],
      [null, 3, null],
    ]);
  });

  it("is the same in Parquet and Arrow as in JSON, column for column", async () => {
    const { seats } = await json();
    const path = join(folder, "seats.parquet");
    writeFileSync(path, await rendered("parquet"));
    const connection = await (await DuckDBInstance.create()).connect();
    const { columns, rows } = await readRows(connection, `select * from '${path}'`);
    connection.closeSync();
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(seats[0]));
    const at = columns.findIndex(({ name }) => name === "member_key");
    expect(rows.map((row) => row[at])).toEqual(seats.map((seat: { member_key: string }) => seat.member_key));
    expect((await rendered("arrow")).length).toBeGreaterThan(1000);
  });

  it("has what a team wastes apart by confidence, as the savings of its seats", async () => {
    const { teams, seats } = await ask((warehouse) => licenseReport(warehouse, STORED));
    expect(toRecords(teams)[0]).toHaveProperty("wasted_month_high");
    for (const team of toRecords(teams)) {
      const own = toRecords(seats).filter((seat) => {
        const names = seat.teams as string[];
        return (
          seat.org === team.org &&
          (names.includes(String(team.team)) || (names.length === 0 && team.team === "(no team)"))
        );
      });
      const wasted = (wanted: (seat: Record<string, unknown>) => boolean) =>
        own.filter(wanted).reduce((sum, seat) => sum + Number(seat.wasted_month), 0);
      const isInvite = (seat: Record<string, unknown>) => seat.status === "pending_invite";
      for (const level of ["high", "medium", "low"])
        expect(team[`wasted_month_${level}`]).toBe(wasted((seat) => !isInvite(seat) && seat.confidence === level));
      expect(team.wasted_month_invites).toBe(wasted(isInvite));
    }
  });

  it("calls whoever left before the first snapshot a former member, not unknown", async () => {
    const { rows } = await ask(({ connection }) =>
      readRows(
        connection,
        `select distinct actor, actor_kind from fct_usage
         where actor in (select lower(subject) from fct_usage where action = 'org.member.remove')
           and actor not in (select lower(username) from dim_member where username is not null)`,
      ),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(([, kind]) => kind))).toEqual(new Set(["former_member"]));
  });

  it("makes HTML and XLSX of the same document", async () => {
    expect(String(await rendered("html"))).toContain("northwind-labs");
    expect(
      Buffer.from((await rendered("xlsx")) as Uint8Array)
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
  });
});

describe("as of another day", () => {
  it("the verdicts come from facts and history: who left later is there, with the role of then", async () => {
    const { seats, as_of } = await json({ asOf: "2026-08-03" });
    expect(as_of).toBe("2026-08-04T00:00:00Z");
    const names = seats.map((seat: { username: string }) => seat.username);
    expect(names).toContain("rkhan");
    expect(seats.find((seat: { username: string }) => seat.username === "jdoe").is_owner).toBe(false);
    const today = (await json()).seats;
    expect(today.map((seat: { username: string }) => seat.username)).not.toContain("rkhan");
    expect(today.find((seat: { username: string }) => seat.username === "jdoe").is_owner).toBe(true);
  });

  it("a day between two runs ends with that day, and looks at nothing later", async () => {
    const { seats, as_of } = await json({ asOf: "2026-09-10" });
    expect(as_of).toBe("2026-09-11T00:00:00Z");
    for (const seat of seats)
      if (seat.last_activity_at) expect(Date.parse(seat.last_activity_at)).toBeLessThan(Date.parse(as_of));
  });

  it("a day of a seat's history is what the report of that day says", async () => {
    for (const day of ["2026-08-12", "2026-09-10", "2026-09-30"]) {
      const { seats, as_of } = await json({ asOf: day });
      const told = seats.map((seat: Record<string, unknown>) => [seat.org, seat.member_key, seat.status]);
      const { rows } = await ask(({ connection }) =>
        readRows(
          connection,
          `select org, member_key, status from seat_status where moment_id < 0 and as_of = '${as_of}'::timestamptz at time zone 'UTC'`,
        ),
      );
      expect(rows.map(String).sort()).toEqual(told.map(String).sort());
      expect(rows.length).toBeGreaterThan(30);
    }
  });

  it("before the first snapshot nothing is counted, and it is said since when members are known", async () => {
    const { seats, summary, notes, total } = await json({ asOf: "2026-07-01" });
    expect(seats).toEqual([]);
    expect(notes).toHaveLength(2);
    expect(notes[1]).toMatch(
      /^northwind-labs: members are known since 2026-08-03; who had a seat on 2026-07-01 is not known\. The audit log has \d+ joins? and \d+ leaves? between the two\.$/,
    );
    const unknown = {
      seats_assigned: null,
      idle: null,
      seats_spare: null,
      saving_year_spare: null,
      saving_year_high: null,
    };
    for (const row of [...summary, ...total]) expect(row).toMatchObject(unknown);
    expect(await rendered("table", { asOf: "2026-07-01" })).toBe(`${notes.join("\n")}\n`);
    expect(String(await rendered("html", { asOf: "2026-07-01" }))).toContain("members are known since 2026-08-03");
    await expect(ask((warehouse) => explainSeat(warehouse, "jdoe", { ...STORED, asOf: "2026-07-01" }))).rejects.toThrow(
      "members are known since 2026-08-03",
    );
    expect(JSON.stringify((await json({ asOf: "2026-08-03" })).notes)).not.toContain("known since");
  });

  it("is the stored report where the day is not over or not yet there", async () => {
    expect(await json({ asOf: "2030-01-01" })).toEqual(await json());
  });

  it("refuses what is no day, no number of days, no price", async () => {
    for (const flag of [
      ["--as-of", "2026-02-30"],
      ["--idle-after", "30,x"],
      ["--grace", "0"],
      ["--price", "-1"],
    ]) {
      await expect(program(() => {}).parseAsync(["report", "licenses", ...flag], { from: "user" })).rejects.toThrow(
        /write/,
      );
    }
    const tomorrow = new Date(Date.now() + DAY).toISOString().slice(0, 10);
    for (const command of [
      ["report", "licenses"],
      ["explain", "jdoe"],
    ])
      await expect(program(() => {}).parseAsync([...command, "--as-of", tomorrow], { from: "user" })).rejects.toThrow(
        /is in the future; today is /,
      );
  });
});

describe("the report on changes", () => {
  const changes = (since: string | null, format: Format = "json") =>
    ask((warehouse) => renderChanges(warehouse, { question: STORED, since, format, screen: SCREEN }));
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
  const rows = async (since: string | null): Promise<any[]> => JSON.parse(String(await changes(since)));

  it("tells once what the snapshots and the audit log both tell, at the time of the event", async () => {
    const told = await rows("2026-08-04");
    expect(Object.keys(told[0])).toEqual(["org", "username", "email", "change", "before", "after", "at"]);
    const of = (username: string) =>
      told.filter((row) => row.username === username && !row.change.startsWith("became"));
    expect(of("rkhan")).toEqual([
      expect.objectContaining({ change: "left", before: "Member", after: null, at: "2026-09-28T12:00:00Z" }),
    ]);
    expect(of("jdoe")).toContainEqual(
      expect.objectContaining({ change: "role_changed", before: "Member", after: "Owner", at: "2026-10-01T12:00:00Z" }),
    );
  });

  it("has who became idle or active again, on the day that the seat itself says", async () => {
    const told = await rows("2026-08-04");
    const { seats } = await json();
    const carla = seats.find(({ username }: { username: string }) => username === "carla.drake2");
    expect(told.filter(({ username }) => username === "carla.drake2")).toEqual([
      expect.objectContaining({ change: "became_idle", before: "active", after: "idle", at: carla.status_changed_at }),
    ]);
    const words = new Set(told.map(({ change, before }) => (change.startsWith("became") ? `${change} ${before}` : "")));
    for (const word of words)
      expect(["", "became_idle active", "became_active idle", "became_active never_active"]).toContain(word);
  });

  it("begins with the first instant of the day, and is a workbook as well", async () => {
    const [all, later] = [await rows("2026-08-04"), await rows("2026-09-28")];
    expect(later).toEqual(all.filter(({ at }) => at >= "2026-09-28T00:00:00Z"));
    expect(later.length).toBeLessThan(all.length);
    const sheet = readWorkbook((await changes("2026-09-28", "xlsx")) as Uint8Array).get("Changes")!.rows;
    expect(sheet).toHaveLength(later.length + 1);
  });
});

describe("what if", () => {
  it("several thresholds stand side by side and leave the seats as configured", async () => {
    const plain = await json();
    const asked = await json({ idleAfter: [30, 60, 90] });
    expect(asked.seats).toEqual(plain.seats);
    expect(asked.what_if.map((row: { threshold_days: number }) => row.threshold_days)).toEqual([
      30, 60, 90, 30, 60, 90,
    ]);
    expect(Object.keys(asked.what_if[0])[0]).toBe("threshold_days");
    const configured = asked.what_if.filter((row: { threshold_days: number }) => row.threshold_days === 60);
    expect(configured.map((row: { idle: number }) => row.idle)).toEqual(
      plain.summary.map((row: { idle: number }) => row.idle),
    );
    const idle = asked.what_if
      .filter((row: { org: string }) => row.org === "northwind-labs")
      .map((row: { idle: number }) => row.idle);
    expect(idle).toEqual([...idle].sort((a, b) => b - a));
  });

  it("one threshold judges the seats by it; another price changes money and nothing else", async () => {
    const { seats } = await json({ idleAfter: [30], price: 10 });
    expect(new Set(seats.map((seat: { threshold_days: number }) => seat.threshold_days))).toEqual(new Set([30]));
    expect(seats.every((seat: { price_per_seat_month: number }) => seat.price_per_seat_month === 10)).toBe(true);
  });
});

describe("settings that changed after the last sync", () => {
  const PEOPLE = "username,department,manager\nbruno.ortiz2,research,maria\n";

  /** What the demo's organizations are configured with now, the second one with other settings. */
  async function configured(license: string) {
    const file = join(folder, "changed.yaml");
    writeFileSync(join(folder, "people.csv"), PEOPLE);
    writeFileSync(file, `connections:\n  - org: Northwind-Labs\n    license: ${license}\n`);
    const flags = { config: file, data: folder };
    return loadConfig({ flags, env: {}, readFile: (path) => readFileSync(path, "utf8"), needConnections: false });
  }

  it("judge the seats at once, and are named by key", async () => {
    const { northwind, harbor } = await ask(async (warehouse) => {
      const differences = await heedSettings(
        warehouse,
        await configured(
          "{seats_purchased: 60, price_per_seat_month: 10, currency: EUR, idle_after_days: 90, exclude: [{username: ada.klein2}], people: people.csv}",
        ),
      );
      expect(differences).toHaveLength(1);
      expect(differences[0]).toMatch(
        /^northwind-labs: license\.plan, license\.seats_purchased, .*license\.people differ from the last sync's; /,
      );
      const { seats, summary } = await licenseVerdicts(warehouse, { ...STORED, hasOwnSettings: true });
      const judged = toRecords(seats);
      const name = ({ username }: { readonly username?: unknown }) => String(username);
      expect(judged.find((seat) => name(seat) === "carla.drake2")).toMatchObject({
        status: "active",
        threshold_days: 90n,
      });
      expect(judged.find((seat) => name(seat) === "ada.klein2")).toMatchObject({ protected_reason: "excluded" });
      expect(judged.find((seat) => name(seat) === "bruno.ortiz2")).toMatchObject({
        department: "research",
        manager: "maria",
        saving_year: 120,
      });
      const [harbor, northwind] = toRecords(summary);
      return { harbor, northwind };
    });
    expect(northwind).toMatchObject({
      seats_purchased: 60n,
      currency: "EUR",
      threshold_days: 90n,
      price_per_seat_month: 10,
    });
    const stored = (await json()).summary[0];
    expect(harbor).toMatchObject({ org: stored.org, price_per_seat_month: stored.price_per_seat_month });
    expect(Number(harbor!.threshold_days)).toBe(stored.threshold_days);
  });

  it("nothing is said or changed where nothing differs, or no file is there", async () => {
    const { connections } = demoConfig(hub.url, folder);
    for (const file of ["docktally.yaml", null])
      expect(
        await ask((warehouse) => heedSettings(warehouse, { ...demoConfig(hub.url, folder), file, connections })),
      ).toEqual([]);
  });
});

describe("explain", () => {
  const explained = (user: string) => ask((warehouse) => explainSeat(warehouse, user, STORED));

  it("tells the evidence in order: tenure, sources, last facts, window, rule, what would change it", async () => {
    const { seats } = await explained("JDOE");
    expect(seats).toHaveLength(1);
    const [seat] = seats;
    expect(Object.keys(seat!)).toEqual([
      "org",
      "seat",
      "tenure",
      "sources",
      "last_facts",
      "window",
      "verdict",
      "rule",
      "would_change",
    ]);
    const actions = seat!.last_facts.map(({ action, source }) => `${action} ${source}`);
    expect(actions).toEqual(expect.arrayContaining(["repo.push auditlog", "desktop.use member_insights"]));
    const times = seat!.last_facts.map(({ last_at }) => String(last_at));
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT.*Z$/.test(time))).toBe(true);
    expect(times).toEqual([...times].sort().reverse());
    expect(seat!.rule.status).toMatch(/^active: /);
    expect(seat!.would_change[0]).toMatch(/^no activity until \d{4}-/);
  });

  it("has a text for people, without a control character", async () => {
    const text = explanationText(await explained("jdoe"), false);
    expect(text).toContain("jdoe in northwind-labs: active, keep");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it("finds a seat by e-mail address, and tells near matches where nobody is called so", async () => {
    const { seats } = await ask((warehouse) => licenseReport(warehouse, STORED));
    const email = seats.rows[0]![seats.columns.findIndex(({ name }) => name === "email")];
    expect((await explained(String(email))).seats).toHaveLength(1);
    await expect(explained("jdo")).rejects.toThrow(/did you mean .*jdoe/);
  });
});
