import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { STREAMS } from "../extract/streams.ts";
import { MERGED } from "../load/merge/batches.ts";
import { emptyFolder, rowsOf } from "./kit/at-work.ts";

const run = promisify(execFile);

/** What a contributor would write for an endpoint `badges`, by the paths that CONTRIBUTING.md names. */
const SCRATCH = "test/fixtures/new-stream";
const written = readdirSync(SCRATCH, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.replaceAll("\\", "/").replace(/\.txt$/, ""))
  .sort();

/** The one line in each list: after which line it stands. */
const lines: Readonly<Record<string, readonly (readonly [after: RegExp, line: string])[]>> = {
  "extract/streams.ts": [
    [/^import .*"\.\/streams\/auditlog\.ts";\n/m, 'import { badges } from "./streams/badges.ts";\n'],
    [/^const list = \[.*(?=\] as const)/m, ", badges"],
  ],
  "load/merge/merges.ts": [
    [/^import .*"\.\/auditlog\.ts";\n/m, 'import { mergeBadges } from "./badges.ts";\n'],
    [/^ {2}actions: .*\n/m, "  badges: mergeBadges,\n"],
  ],
  "demo/endpoints.ts": [
    [/^import .*"\.\/auditlog\.ts";\n/m, 'import { badges } from "./badges.ts";\n'],
    [/^ {2}\.\.\.reports,\n/m, "  badges,\n"],
  ],
};
const SEED = "sql/seeds/dim_stream.csv";
const seedLine = existsSync(SEED) ? "badges,snapshot,badges,,\n" : null;

/** The paths in CONTRIBUTING's recipe, in code marks, for an endpoint called `name`. */
function recipe(name: string): { files: string[]; lists: string[] } {
  const text = readFileSync("CONTRIBUTING.md", "utf8");
  const steps = text.slice(text.indexOf("## Adding an endpoint")).split("\n## ")[0]!;
  const [own, shared] = steps.split("One line in each list") as [string, string];
  const paths = (part: string) =>
    [...part.matchAll(/`((?:extract|transform|load|sql|demo|test)\/[\w/.-]+)`/g)].map(([, path]) => path!);
  return {
    files: paths(own).map((path) => path.replace("NNNN", "9001").replace("NAME", name)),
    lists: paths(shared.split("\n\n")[0]!),
  };
}

/** The project without its tests, except what tests share, to be changed and built. */
function copy(): string {
  const folder = emptyFolder();
  const kept = ["extract", "transform", "load", "sql", "demo", "bench", "pipelines", "test/kit"];
  const root = readdirSync(".").filter((name) =>
    /^(package|tsconfig.*|vitest\.config|rolldown\.config)\.(json|[jt]s)$/.test(name),
  );
  for (const name of [...kept, ...root]) cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  return folder;
}

function change(folder: string, path: string): void {
  let text = readFileSync(join(folder, path), "utf8");
  for (const [after, line] of lines[path]!) {
    expect(text, path).toMatch(after);
    text = text.replace(after, (found) => found + line);
  }
  writeFileSync(join(folder, path), text);
}

const build = (folder: string) => run("npm", ["run", "build"], { cwd: folder });

it("CONTRIBUTING names what a new endpoint touches, and nothing else", () => {
  const { files, lists } = recipe("badges");
  expect(files.sort()).toEqual(written);
  expect(lists.sort()).toEqual([...Object.keys(lines), ...(seedLine ? [SEED] : [])].sort());
});

it("merging keeps the order in which streams are read, and what an operator imports comes last", () => {
  expect(MERGED).toEqual([...STREAMS.map(({ name }) => name), "usage_export"]);
});

it.runIf(existsSync(SEED))(
  "dim_stream has each stream with its memory and the name that it reports under",
  async () => {
    const rows = readFileSync(SEED, "utf8").split("\n");
    for (const { name, memory, reportsAs } of STREAMS)
      expect(rows.map((row) => row.split(",").slice(0, 3).join())).toContain(`${name},${memory},${reportsAs}`);
  },
);

it("a stream that is added by the recipe is read, merged, covered, checked and made anew", {
  timeout: 180_000,
}, async () => {
  const folder = copy();
  for (const path of written) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(SCRATCH, `${path}.txt`), join(folder, path));
  }
  change(folder, "extract/streams.ts");
  change(folder, "demo/endpoints.ts");
  if (seedLine) appendFileSync(join(folder, SEED), seedLine);
  const forgotten = await build(folder).catch((error: { stdout: string }) => error.stdout);
  expect(forgotten).toMatch(/load\/merge\/merges\.ts.*'badges' is missing/);
  change(folder, "load/merge/merges.ts");
  await build(folder);
  await run("npx", ["vitest", "run", "test/extract/streams/badges.test.ts"], { cwd: folder });

  const of = (path: string) => import(pathToFileURL(join(folder, "dist", path)).href);
  const { startHub } = await of("demo/hub.js");
  const { addMember, demoSecret, emptyOrganization } = await of("demo/organization.js");
  const organization = emptyOrganization("acme");
  for (const username of ["ann", "bob"]) addMember(organization, { username });
  const hub = await startHub({ organizations: [organization] });
  try {
    const env = {
      PATH: process.env.PATH,
      DOCKER_HUB_URL: hub.url,
      DOCKER_HUB_ORG: "acme",
      DOCKER_HUB_IDENTIFIER: "acme",
      DOCKER_HUB_SECRET: demoSecret("acme"),
    };
    const docktally = async (...args: string[]) =>
      JSON.parse((await run("node", ["dist/pipelines/cli.js", ...args, "--json"], { cwd: folder, env })).stdout);
    const badges = () => rowsOf(join(folder, "data/warehouse.duckdb"), "select * from badge order by all");
    const expected = ["ann", "bob"].map((holder) => ({ org: "acme", badge: "starter", holder }));

    const { connections } = await docktally("sync");
    expect(Object.keys(connections[0].streams)).toEqual([
      ...["members", "auditlog", "pulls", "groups", "repositories", "tokens"],
      "badges",
    ]);
    expect(connections[0].streams.badges).toMatchObject({ status: "ok", records: 3, rejected: 1, windows: 1 });
    expect(await badges()).toEqual(expected);
    const coverage = seedLine ? "ops.coverage" : "ops.loaded_files";
    const covered = `select count(*) as n from ${coverage} where stream = 'badges'`;
    expect(await rowsOf(join(folder, "data/warehouse.duckdb"), covered)).toEqual([{ n: 1 }]);

    await docktally("sync");
    expect(await badges()).toEqual(expected);
    await docktally("rebuild");
    expect(await badges()).toEqual(expected);

    const { connections: checked } = await docktally("check");
    expect(checked[0].checks.at(-1)).toMatchObject({ what: "badges", message: "3 badges on the first page" });
    hub.setScenario({ name: "403", before: ({ stream }: { stream: string }) => refusedFor(stream) });
    const { connections: refused, status } = await docktally("sync");
    expect([status, refused[0].streams.badges.status]).toEqual(["ok", "unavailable"]);
  } finally {
    await hub.close();
  }
});

function refusedFor(stream: string): object | undefined {
  if (stream !== "badges") return undefined;
  return { status: 403, headers: {}, body: '{"message":"no scope"}', delivery: "whole" };
}
