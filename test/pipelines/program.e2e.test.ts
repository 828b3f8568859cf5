import { expect, it } from "vitest";
import { docktally, emptyFolder } from "../kit/at-work.ts";

const COMMON = ["--config", "--data", "--connection", "--json", "--quiet", "--help"];
const COMMANDS: Record<string, string[]> = {
  sync: ["--from", "--to", "--accept-shrink"],
  check: [],
  report: ["--format", "--out"],
  query: ["--format", "--out"],
  status: [],
  rebuild: [],
  demo: ["--serve"],
};

it("each command's help names its flags, shows examples and says what the exit codes mean", async () => {
  const cwd = emptyFolder();
  await Promise.all(
    Object.entries(COMMANDS).map(async ([name, flags]) => {
      const { code, stdout, stderr } = await docktally([name, "--help"], { cwd });
      expect([code, stderr], name).toEqual([0, ""]);
      for (const flag of [...COMMON, ...flags]) expect(stdout, name).toContain(`${flag} `);
      expect(stdout, name).toMatch(new RegExp(`Examples:\\n  \\$ docktally ${name}`));
      for (const n of [0, 1, 2, 3, 4, 5, 6]) expect(stdout, name).toMatch(new RegExp(`^ +${n} +\\S`, "m"));
    }),
  );
});

it("the program's own help lists the commands, the environment and the exit codes", async () => {
  const cwd = emptyFolder();
  const [help, bare, version] = await Promise.all([
    docktally(["--help"], { cwd }),
    docktally([], { cwd }),
    docktally(["--version"], { cwd }),
  ]);
  for (const name of Object.keys(COMMANDS)) expect(help.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  for (const name of ["IDENTIFIER", "SECRET", "SECRET_FILE", "ORG", "URL"])
    expect(help.stdout).toContain(`DOCKER_HUB_${name} `);
  expect(help.stdout).toContain("Exit codes:");
  expect([help.code, bare.code, version.code]).toEqual([0, 0, 0]);
  expect(bare.stdout).toBe(help.stdout);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it("bad usage ends with 2, says so and prints nothing on standard output", async () => {
  const cwd = emptyFolder();
  const wrong = [
    "sing",
    "sync --sideways",
    "sync surplus",
    "report licenses --format xml",
    "query",
    "demo --port high",
  ];
  await Promise.all(
    wrong.map(async (line) => {
      const { code, stdout, stderr } = await docktally(line.split(" "), { cwd });
      expect([code, stdout], line).toEqual([2, ""]);
      expect(stderr, line).not.toBe("");
    }),
  );
});

it.each([
  ["sync --json", /DOCKER_HUB_ORG/],
  ["check --json", /DOCKER_HUB_ORG/],
  ["status --json", /docktally sync/],
  ["report licenses --json", /docktally sync/],
  ["query 1 --json", /docktally sync/],
  ["sync --config nowhere.yaml", /nowhere\.yaml/],
])("in an empty folder without a configuration, %s ends with 2 and names the next step", async (line, next) => {
  const { code, stdout, stderr } = await docktally(line.split(" "), { cwd: emptyFolder() });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(next);
});

it("a range that is none ends with 2", async () => {
  const env = {
    DOCKER_HUB_URL: "http://127.0.0.1:9",
    DOCKER_HUB_ORG: "o",
    DOCKER_HUB_IDENTIFIER: "o",
    DOCKER_HUB_SECRET: "dckr_oat_x",
  };
  const cwd = emptyFolder();
  const wrong: [string, RegExp][] = [
    ["--to 2026-01-01", /--to needs --from/],
    ["--from 2026-02-30", /--from 2026-02-30/],
    ["--from 2026-01-02 --to 2026-01-01", /is not before/],
    ["--from 2999-01-01", /is not before/],
  ];
  await Promise.all(
    wrong.map(async ([flags, message]) => {
      const { code, stdout, stderr } = await docktally(["sync", "--json", ...flags.split(" ")], { cwd, env });
      expect([code, stdout], flags).toEqual([2, ""]);
      expect(stderr).toMatch(message);
    }),
  );
});
