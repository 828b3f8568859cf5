import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";
import { STREAMS } from "../extract/streams.ts";

/** The rooms, and what each may import: values of other rooms, types of other rooms, packages. */
const rooms = ["pipelines", "extract", "transform", "load", "demo", "bench"] as const;
type Room = (typeof rooms)[number];

const values: Record<Room, readonly Room[]> = {
  pipelines: ["extract", "transform", "load", "demo"],
  extract: [],
  transform: [],
  load: ["transform"],
  demo: [],
  bench: ["pipelines", "extract", "transform", "load", "demo"],
};
const types: Record<Room, readonly Room[]> = { ...values, transform: ["extract"], load: ["transform", "extract"] };

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;
const dependencies = Object.keys(manifest.dependencies);
const packages: Record<Room, readonly string[]> = {
  pipelines: dependencies.filter((name) => !["kysely", "undici"].includes(name)),
  extract: ["undici", "apache-arrow", "parquet-wasm", "csv-parse"],
  transform: ["kysely"],
  load: ["kysely", "@duckdb/node-api"],
  demo: [],
  // a bench may compare with what was not chosen
  bench: [...dependencies, ...Object.keys(manifest.devDependencies)],
};
/** Packages that one file of a room may import and no other. */
const reserved: Record<string, string> = {
  "apache-arrow": "extract/raw/parquet.ts",
  "parquet-wasm": "extract/raw/parquet.ts",
};

const longest = 260;

interface Import {
  readonly file: string;
  readonly target: string;
  /** Gone after compilation: `import type` and nothing else (`import { type X }` still loads the file). */
  readonly typeOnly: boolean;
}

const files = rooms.flatMap((room) =>
  (existsSync(room) ? readdirSync(room, { recursive: true, encoding: "utf8" }) : [])
    .map((name) => `${room}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts"))
    .sort(),
);
const textOf = (file: string) => readFileSync(file, "utf8");
const roomOf = (file: string) => rooms.find((room) => file.startsWith(`${room}/`));
const nameOf = (file: string) => file.slice(file.lastIndexOf("/") + 1).replace(/\.ts$/, "");

function importsOf(file: string): Import[] {
  const text = textOf(file);
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]*?\sfrom\s+)?"([^"]+)"/gm);
  const calls = text.matchAll(/\b(?:import|require)\(\s*"([^"]+)"/g);
  return [
    ...[...statements].map(([, type, target]) => ({ file, target: target!, typeOnly: type !== undefined })),
    ...[...calls].map(([, target]) => ({ file, target: target!, typeOnly: false })),
  ];
}

const imports = files.flatMap(importsOf);
const show = ({ file, target, typeOnly }: Import) => `${file} imports ${typeOnly ? "types of " : ""}${target}`;
const fileOf = ({ file, target }: Import) => join(file, "..", target);
const inside = imports.filter(({ target }) => target.startsWith("."));
const outside = imports.filter(({ target }) => !target.startsWith(".") && !target.startsWith("node:"));
const packageOf = (target: string) =>
  target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");

it("every import is found: no file has a `from` that is not counted", () => {
  for (const file of files) {
    const froms = textOf(file).match(/^(?:import|export)\b[^;]*?\sfrom\s+"/gm) ?? [];
    expect(importsOf(file).length, file).toBeGreaterThanOrEqual(froms.length);
  }
  expect(inside.length).toBeGreaterThan(100);
});

describe.each(rooms)("%s", (room) => {
  const own = (all: readonly Import[]) => all.filter(({ file }) => roomOf(file) === room);

  it("imports only the rooms that it may", () => {
    const wrong = own(inside).filter((one) => {
      const other = roomOf(fileOf(one));
      if (other === room) return false;
      return other === undefined || !(one.typeOnly ? types : values)[room].includes(other);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("imports only the packages that it may", () => {
    const wrong = own(outside).filter(({ file, target }) => {
      const name = packageOf(target);
      return !packages[room].includes(name) || (room === "extract" && (reserved[name] ?? file) !== file);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("names what it holds: no types, utils, lib or index", () => {
    const names = files.filter(
      (file) => roomOf(file) === room && /^(types?|utils?|lib|index|helpers?|common)$/.test(nameOf(file)),
    );
    expect(names).toEqual([]);
  });

  it(`has no file of more than ${longest} lines`, () => {
    const long = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => {
        const lines = textOf(file).split("\n").length - 1;
        return lines > longest ? [`${file} has ${lines} lines`] : [];
      });
    expect(long).toEqual([]);
  });
});

it("only pipelines prints, ends the process or reads the environment", () => {
  const loud =
    /\bconsole\s*[.[]|\bprocess\s*\.\s*(stdout|stderr|stdin|env|argv|exit|exitCode|on|once)\b|"node:process"/;
  const wrong = files
    .filter((file) => !["pipelines", "bench"].includes(roomOf(file)!))
    .flatMap((file) =>
      textOf(file)
        .split("\n")
        .flatMap((line, n) =>
          loud.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${file}:${n + 1} ${line.trim()}`] : [],
        ),
    );
  expect(wrong).toEqual([]);
});

it("only the owner of the warehouse's connection begins a transaction; others ask it for one", () => {
  const owners = ["load/warehouse/dialect.ts", "load/warehouse/open.ts"];
  const wrong = files
    .filter((file) => ["load", "transform"].includes(roomOf(file)!) && !owners.includes(file))
    .filter((file) =>
      /begin transaction|\bdb\s*\.(transaction|connection)\(|\bconnection\s*\.run\(/.test(textOf(file)),
    );
  expect(wrong).toEqual([]);
});

it("no Parquet file is read with columns guessed from its path", () => {
  const read = /read_parquet\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g;
  const queries = readdirSync("sql", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sql"));
  const reads = [...files, ...queries.map((name) => `sql/${name.replaceAll("\\", "/")}`)]
    .filter((file) => roomOf(file) !== "pipelines")
    .flatMap((file) => (textOf(file).match(read) ?? []).map((call) => `${file}: ${call}`));
  expect(reads.length).toBeGreaterThan(5);
  expect(reads.filter((call) => !call.includes("hive_partitioning = false"))).toEqual([]);
});

it("pipelines reaches the demo from its demo command only", () => {
  const wrong = inside.filter((one) => roomOf(one.file) === "pipelines" && roomOf(fileOf(one)) === "demo");
  expect(wrong.filter(({ file }) => !nameOf(file).startsWith("demo")).map(show)).toEqual([]);
});

it("there is no import cycle", () => {
  const targets = new Map(files.map((file) => [file, [] as string[]]));
  for (const one of inside) targets.get(one.file)?.push(fileOf(one));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, trail: readonly string[]) => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    if (trail.includes(file) || done.has(file)) return;
    for (const target of targets.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(cycles).toEqual([]);
});

it("every import names a file that is there", () => {
  const known = new Set(files);
  expect(inside.filter((one) => fileOf(one).endsWith(".ts") && !known.has(fileOf(one))).map(show)).toEqual([]);
});

it("nobody imports a test", () => {
  expect(inside.filter((one) => fileOf(one).startsWith("test/")).map(show)).toEqual([]);
});

/** Functions of a formatted file with their first line and their length: a body ends at its own indentation. */
function functionsOf(file: string): { name: string; lines: number }[] {
  const lines = textOf(file).split("\n");
  const indentOf = (line: string) => line.length - line.trimStart().length;
  return lines.flatMap((line, n) => {
    const isOpened =
      /(\)|\)?: [^=]+|=>) \{$/.test(line) && !/^\s*(\} )?(if|for|while|switch|else|catch|try|do)\b/.test(line);
    if (!isOpened) return [];
    const indent = indentOf(line);
    const end = lines.findIndex((other, m) => m > n && other.startsWith("}", indent) && indentOf(other) === indent);
    let begin = n;
    if (/^\s*\)/.test(line))
      do begin--;
      while (indentOf(lines[begin]!) !== indent);
    return end < 0 ? [] : [{ name: lines[begin]!.trim(), lines: end - begin + 1 }];
  });
}

const longestFunction = 60;
it(`no function has more than ${longestFunction} lines`, () => {
  const functions = files.flatMap((file) => functionsOf(file).map((one) => ({ ...one, file })));
  expect(functions.length).toBeGreaterThan(500);
  const long = functions.filter(({ lines }) => lines > longestFunction);
  expect(long.map(({ file, name, lines }) => `${file} has ${lines} lines in ${name}`)).toEqual([]);
});

interface Node {
  readonly type: string;
  readonly start: number;
  readonly params?: readonly Node[];
  /** Of a parameter with a default. */
  readonly left?: Node;
}

/** Functions that take too many parameters; one that is handed to a call takes what the caller gives. */
function overloadedFunctions(file: string): string[] {
  const text = textOf(file);
  const found: string[] = [];
  const visit = (node: unknown, isArgument: boolean) => {
    if (Array.isArray(node)) for (const one of node) visit(one, isArgument);
    if (Array.isArray(node) || typeof node !== "object" || node === null) return;
    const { type, start, params = [] } = node as Node;
    const options = params[3]?.left ?? params[3];
    const isMany = params.length > 4 || (params.length === 4 && options?.type !== "ObjectPattern");
    if (/Function/.test(type) && isMany && !isArgument) found.push(`line ${text.slice(0, start).split("\n").length}`);
    for (const [key, value] of Object.entries(node)) visit(value, key === "arguments");
  };
  visit(parseAst(text, { lang: "ts" }), false);
  return found;
}

it("no function takes more than three parameters and an options object", () => {
  const wrong = files
    .filter((file) => !["demo", "bench"].includes(roomOf(file)!))
    .map((file) => ({ file, found: overloadedFunctions(file) }))
    .filter(({ found }) => found.length > 0);
  expect(wrong).toEqual([]);
});

it("only extract names a URL path or a list key of Docker Hub", () => {
  const named = /\bv2\/|slicePage\([^;]*?"(results|logs|data|actions)"/g;
  const wrong = files
    .filter((file) => !["extract", "demo", "bench"].includes(roomOf(file)!))
    .flatMap((file) => {
      const lines = textOf(file).match(named)?.length ?? 0;
      return lines > 0 ? [`${file} has ${lines}`] : [];
    });
  expect(wrong).toEqual([]);
});

describe("what CONTRIBUTING says is found from ls alone is there, and nowhere else", () => {
  const answers = readFileSync("CONTRIBUTING.md", "utf8").split("## Found from `ls` alone")[1]!.split("\n## ")[0]!;
  const named = [...answers.matchAll(/`((?:pipelines|extract|sql)\/[\w/.]+)`/g)].map(([, path]) => path!);
  const code = files.filter((file) => !["demo", "bench", "test"].includes(roomOf(file)!));
  const holding = (pattern: RegExp, all = code) => all.filter((file) => pattern.test(textOf(file)));

  it("five questions, and each answer is a file or a folder", () => {
    expect(named.length).toBe(6);
    for (const path of named) expect(existsSync(path), path).toBe(true);
  });

  it("flags are defined in the files of their commands, or in flags.ts where several share them", () => {
    const others = holding(/\.(?:option|addOption)\(|new Option\(/).filter(
      (file) => !file.startsWith("pipelines/commands/"),
    );
    expect(others).toEqual([]);
  });

  it("a limit's default stands in extract/hub/limits.ts alone", () => {
    const limits = [...textOf("extract/hub/limits.ts").matchAll(/^ {2}(\w+: [\d* _]+),$/gm)].map(([, name]) => name!);
    expect(limits.length).toBeGreaterThan(10);
    for (const limit of limits)
      expect(
        code.filter((file) => textOf(file).includes(limit)),
        limit,
      ).toEqual(["extract/hub/limits.ts"]);
  });

  it("the words of a verdict stand in the seeds alone", () => {
    const rows = ["dim_status", "dim_recommendation"].flatMap((seed) =>
      readFileSync(`sql/seeds/${seed}.csv`, "utf8").trim().split("\n").slice(1),
    );
    const meanings = rows.map((row) => row.split(",").at(-1)!.replaceAll('"', "").trim()).filter((one) => one !== "");
    expect(meanings.length).toBeGreaterThan(10);
    for (const meaning of meanings)
      expect(
        code.filter((file) => textOf(file).includes(meaning)),
        meaning,
      ).toEqual([]);
  });

  it("each stream is a file of its name, and who is who is decided in one query", () => {
    for (const { name } of STREAMS) expect(existsSync(`extract/streams/${name}.ts`), name).toBe(true);
    const sql = readdirSync("sql", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sql"));
    const deciding = sql.filter((file) => /is_other_account\(/.test(readFileSync(`sql/${file}`, "utf8")));
    expect(deciding.map((file) => file.replaceAll("\\", "/")).sort()).toEqual([
      "transform/macros.sql",
      "transform/member_changes.sql",
    ]);
  });
});
