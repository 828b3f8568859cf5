import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { docktally, emptyFolder } from "../../kit/at-work.ts";

/** The modules that a command loads, as V8 lists what it ran. */
async function modulesOf(...args: string[]): Promise<string[]> {
  const cwd = emptyFolder();
  const folder = join(cwd, "coverage");
  await docktally(args, { cwd, env: { NODE_V8_COVERAGE: folder } });
  const found = readdirSync(folder).map((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { result: { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.startsWith("file://"));
  });
  return found.flat();
}

it.each([[["--version"]], [["--help"]], [["sync", "--help"]]])(
  "docktally %j loads no library but the one that reads its words: that many modules and no more",
  async (args) => {
    const modules = await modulesOf(...args);
    const packages = modules.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
    expect([...new Set(packages.filter((name) => name !== undefined))]).toEqual(["commander"]);
    expect(modules.length).toBeLessThanOrEqual(36);
  },
);
