import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import { program } from "../../../pipelines/program.ts";
import { explainSeat } from "../../../pipelines/reports/explain.ts";
import { explanationText } from "../../../pipelines/reports/explanation-text.ts";
import type { Format } from "../../../pipelines/reports/format-names.ts";
import { type LicenseQuestion, licenseReport } from "../../../pipelines/reports/licenses.ts";
import { renderLicenses } from "../../../pipelines/reports/render-licenses.ts";
import { sync } from "../../../pipelines/run/sync.ts";

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

  it("has the shape {as_of, summary, seats, what_if} as JSON", async () => {
    const report = await json();
    expect(Object.keys(report)).toEqual(["as_of", "summary", "seats", "what_if"]);
    expect(report.as_of).toBe("2026-10-01T12:00:00Z");
    expect(report.what_if).toEqual([]);
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
