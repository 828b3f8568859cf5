import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { docktally, emptyFolder } from "../../kit/at-work.ts";

/** The files that a command loads, as V8 lists what it ran. */
async function filesOf(...args: string[]): Promise<string[]> {
  const cwd = emptyFolder();
  const folder = join(cwd, "coverage");
  await docktally(args, { cwd, env: { NODE_V8_COVERAGE: folder } });
  const found = readdirSync(folder).map((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { result: { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.startsWith("file://"));
  });
  return found.flat().map((url) => fileURLToPath(url));
}

/** The packages whose code these files are: what was bundled into them, their source maps say. */
function packagesOf(files: readonly string[]): string[] {
  const sources = files.flatMap((file) => {
    const map = `${file}.map`;
    return existsSync(map) ? (JSON.parse(readFileSync(map, "utf8")) as { sources: string[] }).sources : [file];
  });
  const names = sources.map((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

it.each([[["--version"]], [["--help"]], [["sync", "--help"]]])(
  "docktally %j loads no library but the one that reads its words: that many files and no more",
  async (args) => {
    const files = await filesOf(...args);
    expect(packagesOf(files)).toEqual(["commander"]);
    expect(files.length).toBeLessThanOrEqual(9);
  },
);

it.each([[["status"]], [["report", "licenses"]]])(
  "docktally %j loads what reads a configuration and a warehouse, and neither a client of the network nor a writer of files",
  async (args) => {
    const files = await filesOf(...args);
    // how the engine's binding finds its library is its own affair
    const others = packagesOf(files).filter((name) => !/^@duckdb\/node-bindings|^detect-libc$/.test(name));
    expect(others.filter((name) => name !== "picocolors")).toEqual([
      "@duckdb/node-api",
      "commander",
      "kysely",
      "yaml",
      "zod",
    ]);
    expect(files.length).toBeLessThanOrEqual(42);
  },
);
