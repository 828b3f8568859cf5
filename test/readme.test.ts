import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../extract/hub/limits.ts";
import { openReader, type WarehouseFile } from "../load/warehouse/open.ts";
import { ask, readRows } from "../load/warehouse/rows.ts";
import { demoConfig, startDemo } from "../pipelines/commands/demo-hub.ts";
import { program } from "../pipelines/program.ts";
import { namedReports } from "../pipelines/reports/named.ts";
import { EXIT_HELP } from "../pipelines/run/outcome.ts";
import type { RunReport } from "../pipelines/run/run.ts";
import { sync } from "../pipelines/run/sync.ts";
import { VERSION } from "../pipelines/version.ts";

const readme = readFileSync("README.md", "utf8");
const GUIDES = readdirSync("docs")
  .filter((name) => name.endsWith(".md"))
  .sort();
/** The README and what it leads to: a claim may stand in any of them. */
const guide = [readme, ...GUIDES.map((name) => readFileSync(`docs/${name}`, "utf8"))].join("\n");

/** The code blocks of one language. */
function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map((found) => found[1]!);
}

/** What lies under a heading, up to the next of its rank or a higher one. */
function section(heading: string): string {
  const rank = /^#+/.exec(heading)![0].length;
  const begin = guide.indexOf(`\n${heading}\n`);
  expect(begin, heading).toBeGreaterThan(0);
  const rest = guide.slice(begin + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${rank}} `, "m"));
  return end < 0 ? rest : rest.slice(0, end);
}

describe("the README is the way in", () => {
  it("can be read at one sitting: fewer than 220 lines", () => {
    expect(readme.split("\n").length).toBeLessThan(220);
  });

  it("says in this order what it is, how to try it, how to use it, the commands and the limits", () => {
    const headings = [...readme.matchAll(/^## (.+)$/gm)].map((found) => found[1]);
    expect(headings).toEqual(["Try it", "Use it", "Commands", "Limits"]);
  });

  it("leads to every guide in docs/", () => {
    for (const name of GUIDES) expect(readme).toContain(`](docs/${name})`);
  });
});

/** The first cells of a table's rows, as far as they are code. */
const firstCells = (text: string) => [...text.matchAll(/^\| `([^`]+)`/gm)].map((found) => found[1]!);

describe("the README tells the command line as it is", () => {
  const commands = program(() => {}).commands.map((command) => ({
    name: command.name(),
    flags: [...command.options.map((option) => option.flags), "--help"],
  }));

  it("names every command, and no other", () => {
    const named = firstCells(section("## Commands"));
    expect(named.map((cell) => cell.split(" ")[0]).sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it("names every flag as --help writes it, and no other", () => {
    const named = firstCells(section("## Flags"));
    const flags = new Set(["--version", ...commands.flatMap((command) => command.flags)]);
    expect(named.toSorted()).toEqual([...flags].sort());
  });

  it("says for each flag which commands take it", () => {
    for (const [, flag, on] of section("## Flags").matchAll(/^\| `(--[^`]+)` +\| ([^|]+?) +\|/gm)) {
      const takers = commands.filter(({ flags }) => flags.includes(flag!)).map(({ name }) => name);
      const said = [...on!.matchAll(/`([a-z]+)`/g)].map((found) => found[1]!);
      const each = commands.map(({ name }) => name);
      const others = on!.startsWith("each") ? each.filter((name) => !said.includes(name)) : said;
      const meant = said[0] === "docktally" ? [] : others;
      expect(meant.toSorted(), flag).toEqual(takers.toSorted());
    }
  });

  it("has the exit codes word for word", () => {
    expect(section("## Exit codes")).toContain(`\n${EXIT_HELP}\n`);
  });

  it("names every report", async () => {
    for (const { name } of await namedReports()) expect(section("## Commands")).toContain(`\`${name}\``);
  });

  it("uses no flag in an example that the command does not take", () => {
    const examples = [...blocks("sh"), ...blocks("ini")].join("").matchAll(/docktally ([a-z]+)([^\n#;|]*)/g);
    for (const [text, name, rest] of examples) {
      const command = commands.find((known) => known.name === name);
      expect(command, text).toBeDefined();
      for (const [flag] of rest!.matchAll(/--[a-z-]+/g))
        expect(
          command!.flags.some((known) => known.split(" ")[0] === flag),
          text,
        ).toBe(true);
    }
  });

  it("names the tarball of this version", () => {
    expect(readme).toContain(`npm i -g ./docktally-${VERSION}.tgz`);
  });
});

describe("the README tells the warehouse as it is", () => {
  const data = mkdtempSync(join(tmpdir(), "docktally-readme-"));
  let report: RunReport;
  let warehouse: WarehouseFile;

  beforeAll(async () => {
    const startedAt = new Date();
    const hub = await startDemo(startedAt);
    try {
      const signal = new AbortController().signal;
      const config = demoConfig(hub.url, data);
      report = await sync({ config, range: null, acceptShrink: false, startedAt, signal, onProgress: () => {} });
    } finally {
      await hub.close();
    }
    warehouse = await openReader(data);
  });
  afterAll(() => {
    warehouse?.close();
    rmSync(data, { recursive: true, force: true });
  });

  it("the demo's load that the other claims are tried on is whole", () => {
    expect([report.status, report.message]).toEqual(["ok", null]);
  });

  it("every relation it names is there, and every one that is there is named", async () => {
    const { rows } = await readRows(
      warehouse.connection,
      `select case table_schema when 'main' then '' else table_schema || '.' end || table_name
       from information_schema.tables where table_name <> 'schema_migrations'`,
    );
    const there = rows.map(([name]) => String(name));
    const steps = there.filter((name) =>
      /^seat_(?!summary$)|^member_periods$|^ops\.(coverage_spans|audit_log_reads)$/.test(name),
    );
    expect(firstCells(section("## Tables")).sort()).toEqual(there.filter((name) => !steps.includes(name)).sort());
  });

  it("every column that it names under a verdict or a relation is there", async () => {
    const { rows } = await readRows(warehouse.connection, "select distinct column_name from duckdb_columns()");
    const columns = new Set(rows.map(([name]) => String(name)));
    for (const name of ["valid_from", "valid_to", "status_reason", "only_token_activity", "assured"]) {
      expect(guide).toContain(`\`${name}\``);
      expect(columns).toContain(name);
    }
  });

  it.each(blocks("sql"))("the example runs: %s", async (text) => {
    const { columns } = await ask(warehouse.connection, text.replaceAll("'data/", `'${data}/`));
    expect(columns.length).toBeGreaterThan(0);
  });

  it("says what the seats' statuses, confidences and recommendations can be", async () => {
    const { rows } = await readRows(
      warehouse.connection,
      "select status from seats union select confidence from seats union select recommendation from seats",
    );
    for (const [word] of rows) expect(guide).toMatch(new RegExp(`[\`']${word}[\`']`));
  });

  it("shows sync --json with the keys that it has", () => {
    const shown = JSON.parse(blocks("json")[0]!) as RunReport;
    const { exitCode: _, ...real } = report;
    const keys = (value: object) => Object.keys(value).sort();
    expect(keys(shown)).toEqual(keys(real));
    expect(keys(shown.connections[0]!)).toEqual(keys(real.connections[0]!));
    const { failure: __, ...stream } = real.connections[0]!.streams.members;
    for (const name of ["members", "auditlog"] as const)
      expect(keys(shown.connections[0]!.streams[name])).toEqual(keys(stream));
  });

  it("every file and folder that it names below data/ is there", () => {
    const listed = [...section("## What is on the disk").matchAll(/^ {2}(\S+)/gm)].map((found) => found[1]!);
    expect(listed.length).toBeGreaterThan(4);
    for (const path of listed) expect(existsSync(join(data, path.replace("NAME", "harbor-tools"))), path).toBe(true);
  });
});

it("docs/setup.md names every limit and its default", () => {
  const setup = readFileSync("docs/setup.md", "utf8");
  const rows = [...setup.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) +\| ([^|]+?) +\|/gm)];
  const written = new Map(
    rows.flatMap(([, names, defaults]) => {
      const values = defaults!.split(", ");
      return [...names!.matchAll(/`([a-z_]+)`/g)].map((found, i) => [found[1]!, values[i]] as const);
    }),
  );
  for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
    const text = name.endsWith("_bytes") ? `${value / 1024 / 1024} MiB` : String(value);
    expect(written.get(name), name).toBe(text);
  }
});

describe("links lead somewhere", () => {
  const documents = [
    ...readdirSync(".").filter((name) => name.endsWith(".md")),
    ...readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name.replaceAll("\\", "/")}`),
  ];
  const anchorOf = (heading: string) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  const anchors = (file: string) =>
    [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map((found) => anchorOf(found[1]!));

  it.each(documents)("in %s", (document) => {
    const text = readFileSync(document, "utf8").replace(/^```[\s\S]*?^```$/gm, "");
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https:\/\//.test(target!)) continue;
      const [path, anchor] = target!.split("#") as [string, string?];
      const file = path === "" ? document : join(dirname(document), path);
      expect(existsSync(file), `${document} links to ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchors(file), `${document} links to ${target}`).toContain(anchor);
    }
  });

  it("every code file that ARCHITECTURE.md names is there", () => {
    const text = readFileSync("ARCHITECTURE.md", "utf8");
    const named = [...text.matchAll(/`((?:pipelines|extract|transform|load|sql|demo|test|bench)\/[\w./-]*)`/g)];
    expect(named.length).toBeGreaterThan(20);
    for (const [, path] of named) expect(existsSync(path!), path).toBe(true);
  });
});
