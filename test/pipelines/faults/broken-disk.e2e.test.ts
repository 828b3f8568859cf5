import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DemoHub } from "../../../demo/hub.ts";
import { addEvent, addMember, emptyOrganization, eventsOf, type Organization } from "../../../demo/organization.ts";
import { mergeRawFiles } from "../../../load/merge/merge.ts";
import { BrokenRawFileError } from "../../../load/merge/raw-files.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { emptyFolder, filesBelow, hubOf, rowsOf, syncHere, writeConfig } from "../../kit/at-work.ts";
import { launch } from "../../kit/launch.ts";

const ORG = "acme";
const HOUR_MS = 3_600_000;

function acme(events = 60): Organization {
  const organization = emptyOrganization(ORG);
  addMember(organization, { username: "boss", role: "Owner" });
  for (let n = 0; n < events; n++) push(organization, Date.now() - 60_000 - n * 20 * HOUR_MS, `e${n}`);
  return organization;
}

function push(organization: Organization, atMs: number, eventId: string, tag = "t"): void {
  addEvent(organization, { action: "repo.tag.push", name: `${ORG}/app`, actor: "boss", atMs, eventId, data: { tag } });
}

/** What the published warehouse holds is what the hub holds, each event once. */
async function isWhole(cwd: string, hub: DemoHub): Promise<void> {
  const facts = await rowsOf(join(cwd, "data/warehouse.duckdb"), "select event_id from fct_usage");
  const events = [...eventsOf(hub.organizations[0]!)].map(({ event_id }) => event_id);
  expect(facts.map(({ event_id }) => event_id).sort()).toEqual(events.sort());
}

/** A disk of its own below `folder`, or why there can be none. */
function smallDisk(folder: string, size: string): string | null {
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() !== 0) return "only root can mount a small disk";
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { encoding: "utf8" });
  if (mounted.status !== 0) return `mount did not work: ${mounted.stderr ?? mounted.error?.message}`;
  onTestFinished(() => void spawnSync("umount", ["-l", folder]));
  return null;
}

describe("a full disk", () => {
  const cases = {
    "while a raw file is written": {
      at: "window-opening:2",
      code: 1,
      status: "failed",
      says: /no space left|disk is full/i,
    },
    "while a batch is merged": {
      at: "before-facts:1",
      code: 1,
      status: "failed",
      says: /no space left|disk is full|could not write/i,
    },
    "while the copy is published": {
      at: "copying:1",
      code: 4,
      status: "partial",
      says: /no space left.*last published warehouse is untouched/is,
    },
  };

  it.for(Object.entries(cases))("%s: said, nothing lost, and the next run goes on", async ([, wanted], test) => {
    const { at, code, status, says } = wanted;
    const hub = await hubOf([acme()]);
    const cwd = emptyFolder();
    expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
    const kept = filesBelow(join(cwd, "data")).map((file) => [file, readFileSync(file)] as const);
    const why = smallDisk(join(cwd, "data"), "48m");
    if (why) return test.skip(why);
    for (const [file, bytes] of kept) {
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, bytes, { mode: 0o600 });
    }
    const before = readFileSync(join(cwd, "data/warehouse.duckdb"));
    // more than a write-ahead log can take in what is free of its last block
    for (let n = 0; n < 40; n++) push(hub.organizations[0]!, Date.now() - 1000 - n, `new${n}`, `${n}`.repeat(9000));
    const struck = { cwd, env: writeConfig(cwd, hub, [ORG]), at, fault: `fill:${join(cwd, "data")}` };
    const full = await launch(["sync", "--json"], struck).ended;
    expect([full.code, full.stderr]).toEqual([code, expect.stringMatching(says)]);
    expect(full.stderr).toContain(`fault: fill at ${at}`);
    expect(JSON.parse(full.stdout)).toMatchObject({ status });
    expect(readFileSync(join(cwd, "data/warehouse.duckdb")).equals(before)).toBe(true);
    expect(filesBelow(join(cwd, "data")).filter((file) => /\.(tmp|broken)$/.test(file))).toEqual([]);
    rmSync(join(cwd, "data/filler"));
    expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
    await isWhole(cwd, hub);
  });
});

describe("a raw file that is no longer what was written", () => {
  /** Spoils the window file with the most events; gives its name. */
  function spoil(cwd: string, how: (bytes: Buffer) => Buffer): string {
    const [file] = filesBelow(join(cwd, "data/raw/auditlog"))
      .filter((path) => path.endsWith(".parquet"))
      .sort((a, b) => statSync(b).size - statSync(a).size);
    writeFileSync(file!, how(readFileSync(file!)));
    return file!.slice(join(cwd, "data/").length);
  }
  const ways = {
    "cut off": (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1),
    "replaced by rubbish": (bytes: Buffer) => Buffer.alloc(bytes.length, "rubbish "),
    emptied: () => Buffer.alloc(0),
    "rubbish in its middle": (bytes: Buffer) => {
      bytes.fill(0x5a, 40, bytes.length >> 1);
      return bytes;
    },
  };

  it.each(Object.entries(ways))("%s before its merge: named, set aside, its window read again", async (_, how) => {
    const hub = await hubOf([acme()]);
    const cwd = emptyFolder();
    const killed = await launch(["sync"], { cwd, env: writeConfig(cwd, hub, [ORG]), at: "window-renamed:3" }).ended;
    expect(killed.signal).toBe("SIGKILL");
    rmSync(join(cwd, "data/state"), { recursive: true });
    const name = spoil(cwd, how);
    const report = await syncHere({ folder: cwd, hub, orgs: [ORG] });
    expect([report.exitCode, statSync(join(cwd, "data", `${name}.broken`)).size >= 0]).toEqual([4, true]);
    const published = join(cwd, "data/warehouse.duckdb");
    const [warning] = await rowsOf(published, "select kind, message from ops.warnings");
    expect(warning).toMatchObject({ kind: "broken_raw_file", message: expect.stringContaining(name) });
    expect(await rowsOf(published, "select * from ops.gaps")).toEqual([]);
    await isWhole(cwd, hub);
    expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
  });

  it("one that the source has forgotten meanwhile: its window is a gap, not silence", async () => {
    const organization = acme();
    const hub = await hubOf([organization]);
    const cwd = emptyFolder();
    expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
    const before = await rowsOf(join(cwd, "data/warehouse.duckdb"), "select count(*) as n from fct_usage");
    const name = spoil(cwd, () => Buffer.alloc(10));
    organization.events.forgetBefore(Date.now() - 100 * HOUR_MS);
    rmSync(join(cwd, "data/state"), { recursive: true });
    const report = await syncHere({ folder: cwd, hub, orgs: [ORG] });
    expect(report.exitCode).toBe(4);
    const published = join(cwd, "data/warehouse.duckdb");
    const after = await rowsOf(published, "select count(*) as n from fct_usage");
    expect(Number(after[0]!.n)).toBeLessThan(Number(before[0]!.n));
    const [warning] = await rowsOf(published, "select message from ops.warnings");
    expect(warning!.message).toContain(name);
    const unsure = await rowsOf(
      published,
      "select count(*) as n from ops.coverage where not assured and stream = 'auditlog'",
    );
    expect(Number(unsure[0]!.n)).toBeGreaterThan(0);
  });
});

it("an engine that is closed or interrupted says nothing of the file: it is not taken for broken", async () => {
  const hub = await hubOf([acme()]);
  const cwd = emptyFolder();
  expect((await syncHere({ folder: cwd, hub, orgs: [ORG] })).exitCode).toBe(0);
  const data = join(cwd, "data");
  const files = filesBelow(join(data, "raw/auditlog")).map((file) => file.slice(data.length + 1));
  const warehouse = await openWriter(data);
  const interrupting = setInterval(() => warehouse.connection.interrupt(), 0);
  for (let n = 0; n < 30; n++) {
    const merged = await mergeRawFiles(warehouse, files).catch((error: Error) => error);
    if (merged instanceof Error) expect(merged.message).toMatch(/interrupt/i);
    else expect(merged.broken).toEqual([]);
  }
  clearInterval(interrupting);
  warehouse.close();
  await expect(mergeRawFiles(warehouse, files)).rejects.not.toBeInstanceOf(BrokenRawFileError);
});

it("a data folder that is read-only: 2 before any request", async (test) => {
  const hub = await hubOf([acme(1)]);
  const cwd = emptyFolder();
  const data = join(cwd, "data");
  if (process.getuid?.() === 0) {
    const why = smallDisk(data, "1m");
    if (why) return test.skip(why);
    spawnSync("mount", ["-o", "remount,ro", data]);
  } else {
    mkdirSync(data);
    chmodSync(data, 0o500);
    onTestFinished(() => chmodSync(data, 0o700));
  }
  const { code, stdout, stderr } = await launch(["sync", "--json"], { cwd, env: writeConfig(cwd, hub, [ORG]) }).ended;
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/data cannot be written/);
  expect(hub.counts.total).toBe(0);
});

it("what holds people's data is the owner's alone: files 0600, folders 0700, whatever the umask", async () => {
  const hub = await hubOf([acme()]);
  const cwd = emptyFolder();
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const killed = await launch(["sync"], { cwd, env: writeConfig(cwd, hub, [ORG]), at: "published-written:1" }).ended;
  expect(killed.signal).toBe("SIGKILL");
  const modes = () =>
    ["data", "data/raw", "data/state", "data/raw/auditlog", `data/raw/auditlog/org=${ORG}`]
      .map((path) => join(cwd, path))
      .concat(filesBelow(join(cwd, "data")))
      .map((path) => `${(statSync(path).mode & 0o777).toString(8)} ${path.slice(cwd.length)}`)
      .filter((line) => !/^(700 (?!.*\.)|600 .*\.)/.test(line));
  expect(modes()).toEqual([]);
  expect((await launch(["sync"], { cwd, env: writeConfig(cwd, hub, [ORG]) }).ended).code).toBe(0);
  expect(modes()).toEqual([]);
});
