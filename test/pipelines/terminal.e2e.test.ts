import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { addMember, emptyOrganization } from "../../demo/organization.ts";
import { displayWidth } from "../../pipelines/reports/wrap.ts";
import { copiesOf, docktally, emptyFolder, hubOf, syncHere } from "../kit/at-work.ts";
import { mayRun } from "../kit/outside-program.ts";

const CLI = fileURLToPath(new URL("../../dist/pipelines/cli.js", import.meta.url));
const ORGS = ["northwind-laboratories-international", "harbor"];
const NAMES = ["luisa.engelhardt-contractor", "jonas.lopez", "grace.obrien"];

const synced = copiesOf(async (folder) => {
  const organizations = ORGS.map((org) => {
    const organization = emptyOrganization(org);
    for (const username of NAMES) addMember(organization, { username: username + org.length, role: "Member" });
    return organization;
  });
  const hub = await hubOf(organizations);
  await syncHere({ folder, hub, orgs: ORGS });
});
let cwd: string;
const PEOPLE = ORGS.flatMap((org) => NAMES.map((name) => name + org.length));

/** util-linux's: a terminal that does not know its width, since nobody says it. */
function findScript(): string | null {
  try {
    execFileSync("script", ["--version"], { stdio: "ignore" });
    return "script";
  } catch {
    return null;
  }
}

async function onTerminal(line: string, columns: number, env: Record<string, string> = {}): Promise<string> {
  const command = `${process.execPath} ${CLI} ${line}`;
  const own = { PATH: process.env.PATH ?? "", HOME: cwd, TERM: "xterm", COLUMNS: String(columns), ...env };
  const { stdout } = await promisify(execFile)("script", ["-qec", command, "/dev/null"], { cwd, env: own }).catch(
    (error: { stdout: string }) => error,
  );
  return stdout.replaceAll("\r\n", "\n");
}

describe.runIf(mayRun(findScript(), "script", "apt install bsdutils"))("on a terminal", () => {
  it("no line is wider than the screen, whoever prints it", async () => {
    cwd = await synced();
    const lines = [
      "report licenses",
      "report summary",
      "report",
      "status",
      `explain ${PEOPLE[0]}`,
      "--help",
      "report -h",
    ];
    const failing = ["syncc", "check", "report licenses --format cvs", 'query "from seats"'];
    const wide = await Promise.all(
      [80, 50].flatMap((columns) =>
        [...lines, ...failing].map(async (line) => {
          const text = await onTerminal(line, columns);
          expect(text, line).not.toBe("");
          return text.split("\n").filter((each) => displayWidth(each.replace(/^.*\r/, "")) > columns);
        }),
      ),
    );
    expect(wide.flat()).toEqual([]);
  });

  it("a name is never shortened, and its organization is a heading", async () => {
    cwd = await synced();
    const text = await onTerminal("report licenses", 50, { NO_COLOR: "1" });
    for (const name of [...PEOPLE, ...ORGS]) expect(text).toMatch(new RegExp(`^${name}\\b`, "m"));
    expect(text).not.toContain("…");
    expect(text).not.toContain("\u001b");
  });

  it("a status and a to-do have a colour, unless NO_COLOR asks for none", async () => {
    cwd = await synced();
    expect(await onTerminal("report licenses", 80)).toMatch(/\[\d+mno_data.\[39m .*\[\d+mcollect/);
    expect(await onTerminal("report licenses", 80, { NO_COLOR: "1" })).not.toContain("\u001b");
  });
});

describe("in a pipe", () => {
  it("every value is whole whatever COLUMNS says, and the conclusion stands before the first seat", async () => {
    cwd = await synced();
    const [narrow, wide] = await Promise.all(
      ["20", "500"].map((COLUMNS) => docktally(["report", "licenses"], { cwd, env: { COLUMNS } })),
    );
    expect(narrow!.stdout).toBe(wide!.stdout);
    for (const org of ORGS)
      for (const name of NAMES) expect(narrow!.stdout).toMatch(new RegExp(`^${org} +${name}${org.length} `, "m"));
    expect(narrow!.stdout).toMatch(/^No seat can go now[^\n]*\n/);
    for (const words of ["bought", "no_data", "As of ", "60 days", "(the threshold)", "Nothing is claimed"])
      expect(narrow!.stdout).toContain(words);
    expect(narrow!.stdout).not.toContain("\u001b");
  });

  it("--columns gives these columns alone, --wide all of them; what contradicts itself is refused", async () => {
    cwd = await synced();
    const ask = (line: string) => docktally(line.split(" "), { cwd });
    const [some, csv, all] = await Promise.all(
      ["--columns seat,Status", "--columns username,status --format csv", "--wide"].map((flags) =>
        ask(`report licenses ${flags}`),
      ),
    );
    expect(some!.stdout.split("\n")[0]).toMatch(/^seat +status$/);
    expect(csv!.stdout.split("\n")[0]).toBe("username,status");
    expect(all!.stdout.split("\n")[0]).toMatch(/ member_key .* saving_effective_date$/);
    const refused = [
      ["report licenses --columns seat,statsu", "did you mean status?"],
      ["query values(1) --columns x", 'there is no column "x"'],
      ["report licenses --json --columns seat", "--columns is for rows"],
      ["query 1 --json --format csv", "--json and --format csv"],
      [`explain ${PEOPLE[0]} --idle-after 30,60`, "report licenses --idle-after 30,60"],
      [`explain ${PEOPLE[0]} --connection the-harbor`, `the seat is in ${ORGS[0]}`],
    ] as const;
    for (const [line, says] of refused) {
      const { code, stdout, stderr } = await ask(line);
      expect([code, stdout, stderr], line).toEqual([2, "", expect.stringContaining(says)]);
    }
    const explained = await ask(`explain ${PEOPLE[0]} --connection the-${ORGS[0]}`);
    expect([explained.code, explained.stderr]).toEqual([0, ""]);
  });
});

it("a refusal begins with the program's name, is said once, and names a near match", async () => {
  const folder = emptyFolder();
  const wrong: [string, string | null][] = [
    ["syncc", "sync"],
    ["help reprot", "report"],
    ["sync --jsno", "--json"],
    ["report licenses --format cvs", "csv"],
    ["import pull x.csv", "pulls"],
    ["completion bsh", "bash"],
    ["query", null],
    ["sync surplus", null],
    ["sync --data", null],
  ];
  await Promise.all(
    wrong.map(async ([line, near]) => {
      const { code, stdout, stderr } = await docktally(line.split(" "), { cwd: folder });
      expect([code, stdout], line).toEqual([2, ""]);
      expect(stderr, line).toMatch(/^docktally: [^\n]+\n$/);
      if (near !== null) expect(stderr, line).toContain(`did you mean ${near}?`);
    }),
  );
});

it("help, version and completion are answered, and the completions know every command and option", async () => {
  const folder = emptyFolder();
  const said = async (line: string) => {
    const { code, stdout, stderr } = await docktally(line.split(" "), { cwd: folder });
    expect([code, stderr], line).toEqual([0, ""]);
    return stdout;
  };
  const [help, short, version, sync, reports] = await Promise.all(
    ["help", "-h", "-v", "help sync", "report --help"].map(said),
  );
  expect(short).toBe(help);
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(sync).toContain("--accept-shrink");
  const words = [...help!.matchAll(/^ {2}([a-z]+) /gm), ...reports!.matchAll(/^ {2}.*?--([a-z-]+)/gm)].map(
    (m) => m[1]!,
  );
  expect(words.length).toBeGreaterThan(20);
  const scripts = await Promise.all(["bash", "zsh", "fish"].map((shell) => said(`completion ${shell}`)));
  for (const script of scripts) for (const word of [...words, "licenses", "parquet"]) expect(script).toContain(word);

  const completed = (...typed: string[]) => {
    const line = `COMP_WORDS=(docktally ${typed.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${typed.length}; _docktally; echo "\${COMPREPLY[*]}"`;
    return execFileSync("bash", ["-c", `${scripts[0]}\n${line}`], { encoding: "utf8" }).trim();
  };
  expect(completed("sy")).toBe("sync");
  expect(completed("report", "lic")).toBe("licenses");
  expect(completed("report", "licenses", "--idle")).toBe("--idle-after");
  expect(completed("report", "licenses", "--format", "x")).toBe("xlsx");
});
