import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { defineConfig } from "rolldown";

const BEGIN =
  /\/pipelines\/(?:day|near-match|screen|usage-error|version|run\/outcome|reports\/(?:format-names|wrap)|commands\/seat-flags)\.ts$/;

/**
 * The program in few files: loading hundreds of modules costs more than what a short command does (docs/decisions/0043). Bundled
 * from the sources into dist: `pipelines/cli.js` is the entry, `program/` what it loads.
 */
export default defineConfig({
  // who watches what the program asks the engine (test/kit/kill-at.mjs) needs the binding that the program has, not one of its own
  input: { "pipelines/cli": "pipelines/cli.ts", "program/engine": "@duckdb/node-api" },
  platform: "node",
  // with a native or a WebAssembly part of their own, or large and seldom asked for
  external: [/^@duckdb\/node-bindings/, "parquet-wasm", "vega", /^write-excel-file/],
  plugins: [ownPlaces(), licenses()],
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    comments: false,
    entryFileNames: "[name].js",
    chunkFileNames: "program/[name].js",
    // what every command begins with is one file
    codeSplitting: { groups: [{ name: "begin", test: BEGIN }] },
  },
});

/** A module finds files by its own place; in the bundle by the place that it has in the sources, two folders below which every chunk lies. */
function ownPlaces() {
  return {
    name: "own-places",
    transform(code, id) {
      if (id.includes("node_modules") || !code.includes("import.meta.url")) return null;
      const place = JSON.stringify(`../${relative(import.meta.dirname, id).replaceAll("\\", "/")}`);
      return { code: code.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`), map: null };
    },
  };
}

/** What is bundled keeps its license: `program/licenses.txt`. */
function licenses() {
  return {
    name: "licenses",
    generateBundle() {
      const folders = new Set([...this.getModuleIds()].map(packageOf).filter((folder) => folder !== null));
      const source = [...folders]
        .sort()
        .map(licenseOf)
        .join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "program/licenses.txt", source });
    },
  };
}

function packageOf(id) {
  if (!id.includes("node_modules")) return null;
  let folder = dirname(id);
  while (!(existsSync(`${folder}/package.json`) && readManifest(folder).version)) folder = dirname(folder);
  return folder;
}

function licenseOf(folder) {
  const { name, version, license } = readManifest(folder);
  const texts = readdirSync(folder).filter((file) => /^(licen[sc]e|notice)/i.test(file));
  const all = texts.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  return `${[`${name} ${version} (${license})`, ...all].join("\n\n")}\n`;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}
