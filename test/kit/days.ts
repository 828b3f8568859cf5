import { onTestFinished } from "vitest";
import { scenarioOf } from "../../demo/faults.ts";
import type { DemoHub as Server } from "../../demo/hub.ts";
import { addMember, demoSecret, emptyOrganization, type Organization } from "../../demo/organization.ts";
import type { Scenario } from "../../demo/scenario.ts";
import { HubClient } from "../../extract/hub/client.ts";
import { DEFAULT_LIMITS } from "../../extract/hub/limits.ts";
import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { DIRECTORY } from "../../extract/streams.ts";
import { refreshActors } from "../../load/actor-kinds.ts";
import { runChecks } from "../../load/checks.ts";
import { loadedFiles } from "../../load/coverage.ts";
import { buildMarts } from "../../load/marts.ts";
import { mergeRawFiles } from "../../load/merge/merge.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { readList } from "../../pipelines/run/list.ts";
import { emptyFolder, hubOf, type Row } from "./at-work.ts";

export const ORG = "acme";
const NOON = Date.parse("2026-06-01T12:00:00Z");
const DAY = 86_400_000;

/** An organization whose snapshots are read and merged day after day, without what else a run does. */
export class Days {
  readonly organization: Organization;
  readonly #warehouse: WarehouseFile;
  readonly #server: Server;
  readonly #store: RawStore;
  #day = 0;

  static async begin(parts: Partial<Organization> = {}): Promise<Days> {
    const organization = emptyOrganization(ORG, parts);
    for (const username of ["boss", "ann", "bob", "cid"])
      addMember(organization, { username, role: username === "boss" ? "Owner" : "Member", groups: ["core"] });
    const folder = emptyFolder();
    const warehouse = await openWriter(folder);
    onTestFinished(() => warehouse.close());
    await migrate(warehouse, "0.0.0");
    return new Days(organization, await hubOf([organization]), warehouse);
  }

  private constructor(organization: Organization, server: Server, warehouse: WarehouseFile) {
    this.organization = organization;
    this.#server = server;
    this.#warehouse = warehouse;
    this.#store = new RawStore(warehouse.dataDir);
  }

  play(scenario: string | Scenario): void {
    this.#server.setScenario(typeof scenario === "string" ? scenarioOf(scenario) : scenario);
  }

  get folder(): string {
    return this.#warehouse.dataDir;
  }

  /** The clock is set back by some days. */
  turnBack(days: number): void {
    this.#day -= days;
  }

  async read(acceptShrink = false) {
    const { files, report } = await this.#fetch(acceptShrink);
    const { counts, refused } = await mergeRawFiles(this.#warehouse, files);
    const sum = (of: "facts" | "rejected") => counts.reduce((total, count) => total + count[of], 0);
    const { status, message } = report;
    return { facts: sum("facts"), rejected: sum("rejected"), refused, status, message };
  }

  /** Reads a snapshot that is not merged; gives its member list's raw file. */
  async unmerged(): Promise<string> {
    return (await this.#fetch(false)).files.find((file) => file.includes("/members/"))!;
  }

  async #fetch(acceptShrink: boolean) {
    const instant = new Date(NOON + this.#day++ * DAY);
    const hub = new HubClient({
      url: new URL(this.#server.url),
      identifier: ORG,
      secret: () => demoSecret(ORG),
      userAgent: "docktally/test",
      limits: { ...DEFAULT_LIMITS, attempts: 1 },
    });
    const files: string[] = [];
    const task = {
      org: ORG,
      rawOrg: ORG,
      runId: newRunId(instant),
      instant,
      acceptShrink,
      store: this.#store,
      warehouse: this.#warehouse,
      sourceOf: () => ({ hub, org: ORG }),
      onProgress: () => {},
      explain: (error: Error) => error.message,
      merge: async (...written: string[]) => void files.push(...written),
      drain: async () => {},
    };
    const report = await readList(task, DIRECTORY);
    if (report.error || report.endedBy) throw report.error ?? report.endedBy;
    await hub.close();
    return { files, report };
  }

  /** Raw files that no merge has noted. */
  async leftOver(): Promise<string[]> {
    const loaded = await loadedFiles(this.#warehouse);
    return (await this.#store.list()).filter((file) => !loaded.has(file));
  }

  /** Merges what is left over, as the next run would. */
  async mergeLeftOver(): Promise<void> {
    await mergeRawFiles(this.#warehouse, await this.leftOver());
  }

  async refreshActors(): Promise<void> {
    await refreshActors(this.#warehouse);
  }

  /** The laws of sql/checks that do not hold. */
  async broken(): Promise<string[]> {
    await buildMarts(this.#warehouse);
    return (await runChecks(this.#warehouse)).failed.map(({ name, first }) => `${name} ${first}`);
  }

  async rows(query: string): Promise<Row[]> {
    const { columns, rows } = await readRows(this.#warehouse.connection, query);
    const small = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, small(row[i])])));
  }

  /** The seats as the marts have them now. */
  async seats(): Promise<Row[]> {
    await buildMarts(this.#warehouse);
    return this.rows("select username, email, seat_type, invited_at, status from seats order by member_key");
  }

  /** The periods of one person, as `change_type from-to what`; days count from 0. */
  async periods(where: string, what = "coalesce(username, email)"): Promise<string[]> {
    const day = (column: string) =>
      `coalesce(date_diff('day', timestamp '2026-06-01 12:00', ${column})::varchar, 'now')`;
    const rows = await this.rows(
      `select change_type || ' ' || ${day("valid_from")} || '-' || ${day("valid_to")} || ' ' || ${what} as line
       from dim_member where ${where} order by valid_from`,
    );
    return rows.map(({ line }) => String(line));
  }
}
