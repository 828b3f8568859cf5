import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scenarioOf } from "../../demo/faults.ts";
import { type DemoHub, startHub } from "../../demo/hub.ts";
import { addEvent, addMember, demoSecret, emptyOrganization, type Organization } from "../../demo/organization.ts";
import { combine, type Scenario } from "../../demo/scenario.ts";
import { loadConfig } from "../../pipelines/config/config.ts";
import type { Progress } from "../../pipelines/run/progress.ts";
import { type SyncReport, sync } from "../../pipelines/run/sync.ts";
import { docktally, type Ran, type Row, rowsOf } from "./at-work.ts";

const DAY = 86_400_000;

/**
 * Small pages, so that a few dozen events make many. The time-outs end a silent reply; they are so long that a busy machine
 * never meets them with a good one.
 */
const LIMITS = {
  concurrency: 3,
  page_size: 10,
  window_pages: 8,
  attempts: 3,
  max_wait_seconds: 30,
  connect_timeout_seconds: 30,
  headers_timeout_seconds: 8,
  body_timeout_seconds: 8,
  request_timeout_seconds: 30,
  lookback_hours: 48,
};

/** Twenty-three members (three pages), an open invitation, and sixty events: most of this week, some older. */
function organizationOf(org: string, nowMs: number): Organization {
  const organization = emptyOrganization(org, { insights: true, plan: "Business" });
  for (let n = 0; n < 23; n++)
    addMember(organization, { username: n === 0 ? "boss" : `user-${n}`, role: n === 0 ? "Owner" : "Member" });
  organization.invites.push({
    id: "1f0e8f0a-0000-4000-a000-000000000001",
    inviter_username: "boss",
    invitee: "eve@example.com",
    org,
    team: "core",
    role: "member",
    created_at: "2026-05-30T08:00:00Z",
  });
  for (let n = 0; n < 60; n++) {
    const agoMs = n < 45 ? 90_000 + n * 3 * 3_600_017 : (20 + n) * DAY + n * 997;
    const data = { tag: `t${n}`, digest: `sha256:${n}` };
    const eventId = `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;
    const actor = n % 5 === 0 ? `user-${n % 20} - access token "CI"` : `user-${n % 20}`;
    addEvent(organization, {
      action: "repo.tag.push",
      name: `${org}/app`,
      actor,
      atMs: nowMs - agoMs,
      eventId,
      data,
    });
  }
  return organization;
}

/** One organization on a hub of its own, and what is wrong with that hub. */
export interface FaultyHub {
  readonly org: string;
  readonly hub: DemoHub;
  readonly organization: Organization;
}

/** Several hubs, each under a fault of its own, and one data folder into which one run reads them all. */
export class FaultyHubs {
  readonly folder = mkdtempSync(join(tmpdir(), "docktally-test-"));
  readonly all: FaultyHub[] = [];
  /** Warnings that the runs in this process gave. */
  readonly warnings: string[] = [];

  /** Puts a hub under each scenario; organizations are named after the keys. */
  static async start(scenarios: Readonly<Record<string, Scenario | undefined>>): Promise<FaultyHubs> {
    const started = new FaultyHubs();
    for (const [org, scenario] of Object.entries(scenarios)) {
      const organization = organizationOf(org, Date.now() + (scenario?.clockSkewMs ?? 0));
      const hub = await startHub({ organizations: [organization] });
      hub.setScenario(scenario);
      started.all.push({ org, hub, organization });
    }
    writeFileSync(join(started.folder, "docktally.yaml"), started.#yaml());
    return started;
  }

  /** Ends the faults of an organization's hub, but for those named. */
  endFaults(org: string, staying: readonly string[] = []): void {
    const { hub } = this.all.find((one) => one.org === org)!;
    hub.setScenario(combine(...staying.map((name) => scenarioOf(name))));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ hub }) => hub.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  get warehouse(): string {
    return join(this.folder, "data/warehouse.duckdb");
  }

  /** The variables that hold the secrets. */
  get env(): Record<string, string> {
    return Object.fromEntries(this.all.map(({ org }, n) => [`SECRET_${n}`, demoSecret(org)]));
  }

  #yaml(): string {
    const limits = Object.entries(LIMITS).map(([key, value]) => `  ${key}: ${value}`);
    const connections = this.all.map(
      ({ org, hub }, n) => `  - { org: ${org}, identifier: ${org}, secret: "$${"{"}SECRET_${n}}", url: "${hub.url}" }`,
    );
    return ["limits:", ...limits, "connections:", ...connections, ""].join("\n");
  }

  /** One run in this process, over all organizations or some. */
  sync(connection: readonly string[] = []): Promise<SyncReport> {
    const config = loadConfig({
      flags: { config: join(this.folder, "docktally.yaml"), data: join(this.folder, "data"), connection },
      env: this.env,
      readFile: (path) => readFileSync(path, "utf8"),
      needConnections: true,
    });
    const signal = new AbortController().signal;
    const onProgress = (event: Progress) => {
      if (event.kind === "warning") this.warnings.push(event.text);
    };
    return sync({ config, range: null, acceptShrink: false, startedAt: new Date(), signal, onProgress });
  }

  /** One run as a process of its own. */
  run(...args: string[]): Promise<Ran> {
    return docktally(args, { cwd: this.folder, env: this.env });
  }

  rows(query: string): Promise<Row[]> {
    return rowsOf(this.warehouse, query);
  }

  /** The raw record behind each fact of the audit logs. */
  facts(): Promise<Row[]> {
    const raw = join(this.folder, "data/raw/auditlog/*/*.parquet");
    return this.rows(
      `select fact.org, raw.payload, fact.source_action, epoch_ms(fact.occurred_at) as at_ms
       from fct_usage as fact
       join read_parquet('${raw}', filename = true, file_row_number = true, hive_partitioning = false) as raw
         on raw.filename[-length(fact.raw_file):] = fact.raw_file and raw.file_row_number = fact.raw_row
       where fact.source = 'auditlog'`,
    );
  }
}

/**
 * What an event says, its id and the writing of its time aside; `stepMs` is the precision that the hub left it. Two events
 * that say the same are two: these are compared as multisets.
 */
export function contentOf(text: string, stepMs = 1): string {
  const { event_id: _, timestamp, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify([Math.floor(Date.parse(String(timestamp)) / stepMs), rest]);
}
