import { join } from "node:path";
import { expect, it, vi } from "vitest";
import type { DemoHub } from "../../../demo/hub.ts";
import { addEvent, addMember, emptyOrganization } from "../../../demo/organization.ts";
import type { Scenario } from "../../../demo/scenario.ts";
import { emptyFolder, filesBelow, hubOf, rowsOf, syncHere, writeConfig } from "../../kit/at-work.ts";
import { launch } from "../../kit/launch.ts";

const ORG = "acme";
const EVENTS = 100;
/** From the signal to the end of the process; what it was waiting for would take longer. */
const MOST_MS = 25_000;

function acme() {
  const organization = emptyOrganization(ORG);
  addMember(organization, { username: "boss", role: "Owner" });
  for (let n = 0; n < EVENTS; n++) {
    const event = { action: "repo.tag.push", name: `${ORG}/app`, actor: "boss", data: { tag: `t${n}` } };
    addEvent(organization, { ...event, atMs: Date.now() - 60_000 - n * 20 * 3_600_000, eventId: `e${n}` });
  }
  return organization;
}

/** Lets `free` requests for audit logs through; then plays `then`. Tells when it begins. */
function after(free: number, then: Scenario): { scenario: Scenario; begun: Promise<void> } {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const isFree = (stream: string, earlier: number) => stream !== "auditlogs" || earlier < free;
  const scenario: Scenario = {
    name: `${then.name} later`,
    before: (call) => {
      if (isFree(call.stream, call.earlier)) return undefined;
      begin();
      return then.before?.(call);
    },
    after: (reply, call) => (isFree(call.stream, call.earlier) ? reply : (then.after?.(reply, call) ?? reply)),
  };
  return { scenario, begun };
}

const silent: Scenario = { name: "silent", after: (reply) => ({ ...reply, delivery: "silent" }) };
const stalled: Scenario = { name: "stalled", after: (reply) => ({ ...reply, delivery: { stallAt: 20 } }) };
const waits: Scenario = {
  name: "wait a minute",
  before: () => ({ status: 429, headers: { "retry-after": "60" }, body: "", delivery: "whole" }),
};

const cases: [when: string, signal: "SIGTERM" | "SIGINT", code: number, free: number, scenario: Scenario][] = [
  ["while a request is not answered", "SIGTERM", 143, 4, silent],
  ["in the middle of a body", "SIGINT", 130, 4, stalled],
  ["while it waits as it was told to", "SIGTERM", 143, 4, waits],
  ["before anything was read", "SIGINT", 130, 0, silent],
];

it.each(cases)(
  "%s, %s ends the run soon with %i: recorded, what is complete is kept",
  async (_, signal, code, free, slow) => {
    const { scenario, begun } = after(free, slow);
    const hub = await hubOf([acme()], { scenario });
    const cwd = emptyFolder();
    const env = writeConfig(cwd, hub, [ORG]);
    const { child, ended } = launch(["sync", "--json"], { cwd, env });
    await begun;
    const windowsIn = () => filesBelow(cwd).filter((file) => /\/raw\/auditlog\/.*\.parquet$/.test(file));
    if (free > 0) await vi.waitFor(() => expect(windowsIn()).not.toEqual([]), { timeout: 60_000, interval: 50 });
    const from = performance.now();
    child.kill(signal);
    const end = await ended;
    expect(performance.now() - from).toBeLessThan(MOST_MS);
    expect([end.code, end.signal]).toEqual([code, null]);
    const report = JSON.parse(end.stdout);
    expect(report).toMatchObject({ status: "interrupted", message: expect.stringContaining("interrupted") });
    const state = join(cwd, "data/state/warehouse.duckdb");
    const runs = await rowsOf(
      state,
      "select run_id, status, exit_code, finished_at is not null as ended from ops.runs",
    );
    expect(runs).toEqual([{ run_id: report.run_id, status: "interrupted", exit_code: 130, ended: true }]);
    const windows = filesBelow(join(cwd, "data/raw")).filter((file) => file.includes("/auditlog/"));
    expect(windows.length >= Math.min(free - 1, 1), windows.join("\n")).toBe(true);
    expect(filesBelow(join(cwd, "data")).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    await goesOn(cwd, hub, windows);
  },
);

/** The next run reads what is missing, and nothing that is older than the look-back twice. */
async function goesOn(cwd: string, hub: DemoHub, windows: readonly string[]): Promise<void> {
  hub.setScenario();
  expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
  const published = join(cwd, "data/warehouse.duckdb");
  const [sum] = await rowsOf(published, "select count(*) as n, count(distinct event_id) as ids from fct_usage");
  expect(sum).toEqual({ n: EVENTS, ids: EVENTS });
  const old = "window_to < now()::timestamp - interval 49 hours";
  const twice = await rowsOf(
    published,
    `select window_from, count(*) as n from ops.loaded_files where stream = 'auditlog' and kind = 'window' and ${old}
     group by window_from having count(*) > 1`,
  );
  expect(twice).toEqual([]);
  const files = await rowsOf(published, "select raw_file from ops.loaded_files");
  for (const file of windows)
    expect(files.map(({ raw_file }) => String(raw_file))).toContain(file.slice(file.indexOf("raw/")));
}

it("a second sync while one is under way ends with 5 and names its process; killed, it blocks nobody", async () => {
  const { scenario, begun } = after(2, silent);
  const hub = await hubOf([acme()], { scenario });
  const cwd = emptyFolder();
  const env = writeConfig(cwd, hub, [ORG]);
  const holder = launch(["sync"], { cwd, env });
  await begun;
  const second = await launch(["sync", "--json"], { cwd, env }).ended;
  expect(second.code).toBe(5);
  expect(JSON.parse(second.stdout).message).toContain(`process ${holder.child.pid} `);
  holder.child.kill("SIGKILL");
  await holder.ended;
  hub.setScenario();
  expect((await launch(["sync"], { cwd, env }).ended).code).toBe(0);
  const runs = await rowsOf(join(cwd, "data/warehouse.duckdb"), "select status from ops.runs order by started_at");
  expect(runs.map(({ status }) => status)).toEqual(["killed", "skipped", "ok"]);
});

it("a second sync while the first publishes still ends with 5: the copy does not drop the lock", async () => {
  const hub = await hubOf([acme()]);
  const cwd = emptyFolder();
  const env = writeConfig(cwd, hub, [ORG]);
  const first = launch(["sync"], { cwd, env, at: "published-written:1", befalls: "wait" });
  await new Promise<void>((resolve) => {
    first.child.stderr?.on("data", (part) => String(part).includes("fault: wait") && resolve());
  });
  const second = await launch(["sync"], { cwd, env }).ended;
  expect([second.code, second.stderr]).toEqual([5, expect.stringContaining(`process ${first.child.pid} `)]);
  first.child.kill("SIGKILL");
  await first.ended;
});
