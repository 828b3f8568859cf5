import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../extract/hub/limits.ts";
import { type ConfigInput, loadConfig } from "../../../pipelines/config/config.ts";
import { DEFAULT_LICENSE } from "../../../pipelines/config/license.ts";
import { ConfigError, type Problem } from "../../../pipelines/config/problems.ts";

const TOKEN = "dckr_pat_0123456789";
const REFERENCE = `"\${TOK}"`;

/** Loads with files that are only text; `docktally.yaml` is there when `yaml` is given. */
function load(yaml: string | null, over: Partial<ConfigInput> = {}, files: Record<string, string> = {}) {
  const all: Record<string, string> = yaml === null ? files : { ...files, "./docktally.yaml": yaml };
  const readFile = (path: string) => {
    const text = all[path];
    if (text === undefined) throw Object.assign(new Error(`no ${path} here`), { code: "ENOENT" });
    return text;
  };
  return loadConfig({ flags: {}, env: { TOK: TOKEN }, readFile, needConnections: true, ...over });
}

function failure(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

function problemsOf(
  yaml: string | null,
  over: Partial<ConfigInput> = {},
  files: Record<string, string> = {},
): Problem[] {
  return [...failure(() => load(yaml, over, files)).problems];
}

const ENV = { DOCKER_HUB_ORG: "acme", DOCKER_HUB_IDENTIFIER: "jdoe", DOCKER_HUB_SECRET: `${TOKEN}\n` };
const ONE = `connections:
  - org: acme
    identifier: jdoe
    secret: ${REFERENCE}
`;

describe("without a file", () => {
  test("the environment describes one connection, and everything else is filled in", () => {
    const config = load(null, { env: ENV });
    expect(config).toMatchObject({ file: null, dataDir: "./data", warnings: [], limits: DEFAULT_LIMITS });
    const [connection] = config.connections;
    expect(connection).toMatchObject({ name: "acme", org: "acme", identifier: "jdoe", auditlog: true });
    expect(connection).toMatchObject({ auditlogPath: "/v2/auditlogs/{account}", license: DEFAULT_LICENSE });
    expect(connection?.url.href).toBe("https://hub.docker.com/");
    expect(connection?.secret.reveal()).toBe(TOKEN);
  });

  test("a secret file gives the secret without its line end", () => {
    const env = { ...ENV, DOCKER_HUB_SECRET: undefined, DOCKER_HUB_SECRET_FILE: "/run/secrets/hub" };
    const config = load(null, { env }, { "/run/secrets/hub": `${TOKEN}\r\n` });
    expect(config.connections[0]?.secret.reveal()).toBe(TOKEN);
  });

  test("every variable that is missing or wrong is named at once", () => {
    const env = {
      DOCKER_HUB_ORG: "a/b",
      DOCKER_HUB_URL: "http://hub.example",
      DOCKER_HUB_SECRET: "x",
      DOCKER_HUB_SECRET_FILE: "y",
    };
    const keys = problemsOf(null, { env }).map(({ key }) => key);
    expect(keys).toEqual(["DOCKER_HUB_ORG", "DOCKER_HUB_IDENTIFIER", "DOCKER_HUB_SECRET_FILE", "DOCKER_HUB_URL"]);
  });

  test.each([
    [{ DOCKER_HUB_SECRET: undefined }, "DOCKER_HUB_SECRET", "not set"],
    [{ DOCKER_HUB_SECRET: undefined, DOCKER_HUB_SECRET_FILE: "gone" }, "DOCKER_HUB_SECRET_FILE", "ENOENT"],
    [{ DOCKER_HUB_SECRET: "two\nlines" }, "DOCKER_HUB_SECRET", "several lines"],
    [{ DOCKER_HUB_ORG: "" }, "DOCKER_HUB_ORG", "not set"],
    [{ DOCKER_HUB_ORG: ".." }, "DOCKER_HUB_ORG", "expected"],
    [{ DOCKER_HUB_IDENTIFIER: TOKEN }, "DOCKER_HUB_IDENTIFIER", "expected a name"],
  ])("%j is refused", (change, key, words) => {
    const [problem, ...more] = problemsOf(null, { env: { ...ENV, ...change } });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ file: null, line: null, key });
    expect(problem?.message).toContain(words);
  });

  test("no connection at all is an error that says what to write", () => {
    const error = failure(() => load(null, { env: {} }));
    expect(error.message).toContain("docktally.yaml");
    expect(error.message).toContain("DOCKER_HUB_ORG");
  });

  test("a command that never logs in needs nothing, and reads no secret", () => {
    expect(load(null, { env: {}, needConnections: false }).connections).toEqual([]);
    const env = { DOCKER_HUB_ORG: "acme", DOCKER_HUB_SECRET_FILE: "not there" };
    const [connection] = load(null, { env, needConnections: false }).connections;
    expect(connection?.org).toBe("acme");
    expect(() => connection?.secret.reveal()).toThrow("not looked up");
  });
});

describe("the address", () => {
  const withUrl = (url: string) => load(null, { env: { ...ENV, DOCKER_HUB_URL: url } }).connections[0]?.url.href;

  test.each([
    "http://127.0.0.1:8080",
    "http://127.9.9.9",
    "http://[::1]:1",
    "http://localhost:3000",
    "https://hub.example/base",
  ])("%s is taken", (url) => expect(withUrl(url)).toContain(url));

  test.each(["http://10.0.0.1", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://0.0.0.0"])(
    "%s is refused, since it would carry a bearer",
    (url) => expect(failure(() => withUrl(url)).message).toContain("since it would carry a bearer"),
  );

  test.each([
    "https://jo:pw@hub.example",
    "https://hub.example?a=1",
    "https://hub.example#a",
    "ftp://hub.example",
    "hub.docker.com",
  ])("%s is refused and not repeated", (url) => {
    const error = failure(() => withUrl(url));
    expect(error.problems[0]?.key).toBe("DOCKER_HUB_URL");
    expect(error.message).not.toContain("pw");
  });
});

describe("flags", () => {
  test("--config that names no file is an error, and a file that is there is read", () => {
    expect(problemsOf(null, { flags: { config: "conf/hub.yaml" }, env: ENV })[0]).toMatchObject({ key: "--config" });
    const config = load(null, { flags: { config: "conf/hub.yaml" } }, { "conf/hub.yaml": ONE });
    expect(config.file).toBe("conf/hub.yaml");
  });

  test("paths in a file start from its folder, and --data wins over data:", () => {
    const yaml = `data: wh\n${ONE}    license: { people: staff/people.csv }\n`;
    const files = { "conf/hub.yaml": yaml };
    const config = load(null, { flags: { config: "conf/hub.yaml" } }, files);
    expect(config.dataDir).toBe("conf/wh");
    expect(config.connections[0]?.license.people).toBe("conf/staff/people.csv");
    expect(load(null, { flags: { config: "conf/hub.yaml", data: "there" } }, files).dataDir).toBe("there");
  });

  test("--connection chooses, and the secrets of the others are not looked up", () => {
    const yaml = `${ONE}  - { org: beta, identifier: jo, secret: "\${UNSET}" }\n`;
    const config = load(yaml, { flags: { connection: ["acme"] } });
    expect(config.connections.map(({ name }) => name)).toEqual(["acme"]);
  });

  test("an unknown --connection lists the known ones and the near miss", () => {
    const [problem] = problemsOf(ONE, { flags: { connection: ["acmee"] } });
    expect(problem?.key).toBe("--connection");
    expect(problem?.message).toBe('no connection is named "acmee"; did you mean acme? Choose from: acme');
  });

  test("an empty --data is an error", () => {
    expect(problemsOf(ONE, { flags: { data: "" } })[0]?.key).toBe("--data");
  });
});

describe("a file", () => {
  test("wins over the environment's connection, but takes its address", () => {
    const config = load(ONE.replace("acme", "beta"), {
      env: { ...ENV, TOK: TOKEN, DOCKER_HUB_URL: "http://localhost:9" },
    });
    expect(config.connections.map(({ org }) => org)).toEqual(["beta"]);
    expect(config.connections[0]?.url.port).toBe("9");
  });

  test("gives each connection its own keys, then the defaults, license key by key", () => {
    const config = load(
      `defaults:
  identifier: jdoe
  secret_file: hub.txt
  audit_log: off
  license: { price_per_seat_month: 24, renewal_date: 2027-03-01, service_accounts: ["*-bot"] }
connections:
  - org: acme
    license: { seats_purchased: 4, renewal_date: 2027-04-01T00:00:00Z, currency: eur }
  - name: second
    org: beta
    identifier: jo
    secret: ${REFERENCE}
    url: https://hub.example
    audit_log: on
    audit_log_path: /api/{account}/log
    license: { exclude: [{ username: jdoe, until: 2027-01-01 }] }
limits: { concurrency: 2, connect_timeout_seconds: 0.5 }
`,
      {},
      { "hub.txt": "one\n" },
    );
    const [first, second] = config.connections;
    expect(first?.secret.reveal()).toBe("one");
    expect(second?.secret.reveal()).toBe(TOKEN);
    expect(first).toMatchObject({ name: "acme", identifier: "jdoe", auditlog: false });
    expect(second).toMatchObject({
      name: "second",
      identifier: "jo",
      auditlog: true,
      auditlogPath: "/api/{account}/log",
    });
    expect(first?.license).toEqual({
      ...DEFAULT_LICENSE,
      price_per_seat_month: 24,
      renewal_date: "2027-04-01",
      service_accounts: ["*-bot"],
      seats_purchased: 4,
      currency: "EUR",
    });
    expect(second?.license.exclude).toEqual([{ username: "jdoe", until: "2027-01-01", reason: null }]);
    expect(config.license).toMatchObject({ price_per_seat_month: 24, seats_purchased: null });
    expect(config.limits).toEqual({ ...DEFAULT_LIMITS, concurrency: 2, connect_timeout_seconds: 0.5 });
  });

  test("is frozen all the way down", () => {
    const config = load(ONE);
    expect(Object.isFrozen(config) && Object.isFrozen(config.connections[0]?.license.exclude)).toBe(true);
    expect(() => Object.assign(config.connections[0]!.license, { plan: "x" })).toThrow(TypeError);
  });

  test("without connections is an error only for a command that logs in", () => {
    expect(problemsOf("data: x\n")).toMatchObject([{ file: "./docktally.yaml", line: 1, key: "connections" }]);
    expect(problemsOf("")).toMatchObject([{ key: "connections" }]);
    const config = load("defaults: { license: { plan: team } }\n", { needConnections: false });
    expect(config.license.plan).toBe("team");
    expect(problemsOf("defaults: { license: { plan: [] } }\n", { needConnections: false })).toHaveLength(1);
  });

  test("needs no credential for a command that never logs in", () => {
    const config = load("connections: [{ org: acme, license: { plan: team } }]", { needConnections: false, env: {} });
    expect(config.connections[0]?.license.plan).toBe("team");
    expect(config.warnings).toEqual([]);
  });

  test.each([
    ["off", false],
    ["false", false],
    ["OFF", false],
    ["on", true],
    ["true", true],
    ['"off"', false],
  ])("audit_log: %s is %s", (written, meant) =>
    expect(load(`${ONE}    audit_log: ${written}\n`).connections[0]?.auditlog).toBe(meant),
  );
});

describe("streams and the Enterprise Data API", () => {
  const streams = (line: string) => load(`${ONE}    ${line}\n`).connections[0]?.streams;
  const enterprise = (lines: string, env: Record<string, string> = {}) =>
    load(`${ONE}${lines}`, { env: { TOK: TOKEN, ...env } }).connections[0]?.enterpriseUrl?.href ?? null;

  test("each optional stream is on, off or required; what is not said comes from the defaults", () => {
    expect(streams("name: x")).toEqual({ pulls: "on", groups: "on", repositories: "on", tokens: "on" });
    expect(streams("streams: { pulls: required, groups: off, repositories: true, tokens: false }")).toEqual({
      ...{ pulls: "required", groups: "off", repositories: "on", tokens: "off" },
    });
    const both = load(`${ONE}    streams: { pulls: on }\ndefaults: { streams: { pulls: off, tokens: OFF } }\n`);
    expect(both.connections[0]?.streams).toMatchObject({ pulls: "on", tokens: "off", groups: "on" });
    expect(both.configured[0]?.streams).toMatchObject({ tokens: "off" });
  });

  const api = "https://api.docker.com/";
  test.each([
    ["Docker's own for Docker's own hub", "", {}, api],
    ["none for another hub", "    url: https://hub.example\n", {}, null],
    ["none for another hub of the environment", "", { DOCKER_HUB_URL: "http://127.0.0.1:1" }, null],
    ["the environment's", "", { DOCKER_ENTERPRISE_URL: "http://127.0.0.1:2" }, "http://127.0.0.1:2/"],
    [
      "the defaults'",
      'defaults: { enterprise_url: "http://[::1]:3" }\n',
      { DOCKER_ENTERPRISE_URL: api },
      "http://[::1]:3/",
    ],
    [
      "its own",
      "    enterprise_url: https://e.example/x\ndefaults: { enterprise_url: https://d.example }\n",
      {},
      "https://e.example/x",
    ],
  ])("the address of reports is %s", (_, lines, env, href) => expect(enterprise(lines, env)).toBe(href));

  test("a wrong DOCKER_ENTERPRISE_URL is named, with a file and without", () => {
    const wrong = { DOCKER_ENTERPRISE_URL: "http://api.example" };
    for (const problems of [
      problemsOf(null, { env: { ...ENV, ...wrong } }),
      problemsOf(ONE, { env: { TOK: TOKEN, ...wrong } }),
    ])
      expect(problems).toMatchObject([{ key: "DOCKER_ENTERPRISE_URL", message: expect.stringContaining("bearer") }]);
    expect(load(null, { env: ENV }).connections[0]?.enterpriseUrl?.href).toBe(api);
  });
});

describe("what is wrong in a file is told with key and line", () => {
  const license = (line: string) => `${ONE}    license:\n      ${line}\n`;
  test.each([
    [
      "idle_after_days: soon",
      "idle_after_days",
      'found the text "soon": expected a whole number of days from 1 to 3650',
    ],
    ["idle_after_days: 0", "idle_after_days", "found 0"],
    ["grace_days: 1.5", "grace_days", "found 1.5"],
    ["invite_after_days: -1", "invite_after_days", "found -1"],
    ["assumed_retention_days: []", "assumed_retention_days", "found a list"],
    ["seats_purchased: -1", "seats_purchased", "whole number of seats from 0"],
    ["price_per_seat_month: .nan", "price_per_seat_month", "found NaN"],
    ["currency: EURO", "currency", "three letters"],
    ["renewal_date: 2027-02-30", "renewal_date", "a day that exists"],
    ["billing_cycle: weekly", "billing_cycle", "yearly or monthly"],
    ["plan: 3", "plan", "put it in quotes"],
    ["service_accounts: ci-*", "service_accounts", "a list of patterns"],
    ["service_accounts: [ci, 3]", "service_accounts[1]", "found 3"],
    ["exclude: [jdoe]", "exclude[0]", "a list of people"],
    ["exclude: [{ reason: x }]", "exclude[0].username", "found nothing"],
    ["exclude: [{ username: x, until: never }]", "exclude[0].until", 'found the text "never"'],
    ["exclude: [{ usrname: x, username: x }]", "exclude[0].usrname", "did you mean username?"],
    ["people: {}", "people", "found a map"],
    ["idleAfterDays: 5", "idleAfterDays", "did you mean idle_after_days?"],
    ["org: acme", "org", "belongs to a connection"],
    ["nonsense: 1", "nonsense", "unknown key; leave it out or write one of: plan, seats_purchased"],
  ])("license: %s", (line, key, words) => {
    const problems = problemsOf(license(line));
    expect(problems).toMatchObject([{ file: "./docktally.yaml", line: 6, key: `connections[0].license.${key}` }]);
    expect(problems[0]?.message).toContain(words);
  });

  test.each([
    ["limits: { concurrency: 0 }", "limits.concurrency", "from 1 to 64"],
    ["limits: { concurrency: 65 }", "limits.concurrency", "found 65"],
    ["limits: { page_size: 1.5 }", "limits.page_size", "whole number"],
    ["limits: { max_wait_seconds: 0 }", "limits.max_wait_seconds", "a number of seconds"],
    ["limits: { page_sise: 3 }", "limits.page_sise", "did you mean page_size?"],
    ["limits: many", "limits", "found text: expected keys and values"],
    ["conections: []", "conections", "did you mean connections?"],
    ["license: {}", "license", "belongs to defaults"],
    ["data: [x]", "data", "found a list"],
    ["defaults: { name: x }", "defaults.name", "belongs to a connection"],
    ["defaults: { url: 'http://hub.example' }", "defaults.url", "since it would carry a bearer"],
  ])("%s", (line, key, words) => {
    const problems = problemsOf(`${ONE}${line}\n`);
    expect(problems).toMatchObject([{ file: "./docktally.yaml", line: 5, key }]);
    expect(problems[0]?.message).toContain(words);
  });

  test.each([
    ["audit_log: maybe", "audit_log", "expected on or off"],
    ["streams: { pulls: maybe }", "streams.pulls", 'found the text "maybe": expected on, off or required; write'],
    ["streams: { pulls: requird }", "streams.pulls", "did you mean required?"],
    ["streams: { groups: [off] }", "streams.groups", "found a list: expected on, off or required"],
    ["streams: { pull: off }", "streams.pull", "did you mean pulls?"],
    ["streams: { members: off }", "streams.members", "one of: pulls, groups, repositories, tokens"],
    ["streams: off", "streams", "expected keys and values"],
    ["enterprise_url: http://api.example", "enterprise_url", "since it would carry a bearer"],
    ["enterprise_url: api.docker.com", "enterprise_url", "found text: expected the address of the Enterprise Data API"],
    ["audit_log: [on]", "audit_log", "found a list"],
    ["url: https://jo:pw@hub.example", "url", "found text"],
    ["name: a b", "name", "expected a name"],
    ["license: no", "license", "found text"],
    ["secret_file: hub.txt", "secret_file", "connections[0].secret is there too"],
    ...[
      "//evil.example/{account}",
      "https://evil.example/{account}",
      "v2/{account}",
      "/v2/../{account}",
      "/{account}/{account}",
    ].map((path) => [`audit_log_path: "${path}"`, "audit_log_path", "a path on the same host"] as const),
    ...[
      "/v2/{account",
      "/v2/{account}?a=1",
      "/v2/{account}#a",
      "/v2//{account}",
      "/v2\\\\{account}",
      "/%2e%2e/{account}",
      "/{org}/{account}",
    ].map((path) => [`audit_log_path: "${path}"`, "audit_log_path", "a path on the same host"] as const),
  ] as const)("connection: %s", (line, key, words) => {
    const problems = problemsOf(`${ONE}    ${line}\n`);
    expect(problems).toMatchObject([{ line: 5, key: `connections[0].${key}` }]);
    expect(problems[0]?.message).toContain(words);
  });

  test.each(["..", ".", "a/b", "-a", "a".repeat(129), "a b"])("org: %s", (org) => {
    const problems = problemsOf(ONE.replace("acme", JSON.stringify(org)));
    expect(problems).toMatchObject([{ line: 2, key: "connections[0].org" }]);
  });

  test.each(["org", "identifier", "secret"])("a connection without %s", (key) => {
    const yaml = ONE.replace(new RegExp(`${key}: .*`), "url: https://hub.example");
    expect(problemsOf(yaml)).toMatchObject([{ line: 2, key: `connections[0].${key}` }]);
  });

  test("an unset or empty variable is named with its key and line", () => {
    for (const env of [{}, { TOK: "" }]) {
      const [problem] = problemsOf(ONE, { env });
      expect(problem).toMatchObject({ line: 4, key: "connections[0].secret" });
      expect(problem?.message).toContain("TOK");
    }
  });

  test("a secret file that cannot be read or is empty is named", () => {
    const yaml = ONE.replace(/secret: .*/, "secret_file: hub.txt");
    expect(problemsOf(yaml)[0]?.message).toContain('"hub.txt" cannot be read (ENOENT)');
    expect(problemsOf(yaml, {}, { "hub.txt": "\n" })[0]).toMatchObject({
      line: 4,
      message: expect.stringContaining("empty"),
    });
  });

  test("two connections of one name, or for one organization in other capitals", () => {
    const yaml = `${ONE}  - { org: ACME, identifier: a, secret: ${REFERENCE} }\n  - { org: beta, name: acme, identifier: a, secret: ${REFERENCE} }\n`;
    expect(problemsOf(yaml)).toMatchObject([
      { line: 5, key: "connections[1].org", message: expect.stringContaining("connections[0] (line 2)") },
      { line: 6, key: "connections[2].name", message: expect.stringContaining("connections[0] (line 2)") },
    ]);
  });

  test("everything at once, in the order of the lines, and one broken connection hides no other", () => {
    const yaml = `limits: { attempts: 0 }\nconnections:\n  - text\n  - org: ..\n    identifer: x\n  - org: beta\n    identifier: a\n    secret: "\${NOPE}"\n`;
    expect(problemsOf(yaml).map(({ line, key }) => `${line} ${key}`)).toEqual([
      "1 limits.attempts",
      "3 connections[0]",
      "4 connections[1].org",
      "4 connections[1].identifier",
      "4 connections[1].secret",
      "5 connections[1].identifer",
      "8 connections[2].secret",
    ]);
    const lines = failure(() => load(yaml)).message.split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(
      /^\.\/docktally\.yaml:1: limits\.attempts: found 0: expected .*; write it like attempts: \d+$/,
    );
  });

  test.each([
    ["connections: [1", 1, "column"],
    ["a: 1\n\tb: 2", 2, "column 1"],
    ["a: 1\na: 2", 2, "twice"],
    ["a: 1\n---\nb: 2", 2, "second document"],
    ["x:\n  - *-bot", 2, "quotes"],
    ["x: !tag1 y", 1, "quotes"],
    ["- a", 1, "expected keys and values"],
    ["a: &x [*x]", 1, "aliases"],
  ])("YAML that is none: %j", (yaml, line, words) => {
    const [problem] = problemsOf(yaml);
    expect(problem).toMatchObject({ file: "./docktally.yaml", line, key: "" });
    expect(problem?.message).toContain(words);
  });
});

describe("a secret is never shown", () => {
  const shown = (value: unknown) =>
    `${inspect(value, { depth: 9, showHidden: true })} ${JSON.stringify(value)} ${String(value)}`;

  test("not by printing, inspecting or serializing the configuration", () => {
    const config = load(ONE);
    expect(config.connections[0]?.secret.reveal()).toBe(TOKEN);
    expect(`${shown(config)} ${shown(config.connections[0]?.secret)}`).not.toContain(TOKEN);
    expect(`${config.connections[0]?.secret}`).toBe("[secret]");
  });

  test("a limit of former times is taken with a warning, and means nothing", () => {
    const config = load(`limits: { rate_limit_attempts: 3, attempts: 2 }\n${ONE}`);
    expect(config.limits).toEqual({ ...DEFAULT_LIMITS, attempts: 2 });
    expect(config.warnings).toEqual([expect.stringMatching(/rate_limit_attempts: no longer used: max_wait_seconds/)]);
  });

  test("a plain one works and is warned of by key and line", () => {
    const config = load(ONE.replace(REFERENCE, "hunter2secret"));
    expect(config.connections[0]?.secret.reveal()).toBe("hunter2secret");
    expect(config.warnings).toHaveLength(1);
    expect(config.warnings[0]).toContain(
      "./docktally.yaml:4: connections[0].secret: the secret stands here in plain text",
    );
    expect(shown(config)).not.toContain("hunter2secret");
  });

  test("a token beside the wrong name is warned of", () => {
    expect(load(ONE, { env: { TOK: "dckr_oat_1" } }).warnings[0]).toContain("write identifier: acme");
    expect(load(ONE.replace("jdoe", "acme")).warnings[0]).toContain("logs in as the person");
    expect(load(ONE).warnings).toEqual([]);
  });

  test.each([
    "secret: 1234567890",
    "secret: [hunter2secret]",
    "secret: { hunter2secret: 1 }",
    `secret: "hunter2secret\${X}"`,
    "secret: $HUNTER2SECRET",
    "secret: @hunter2secret",
    "secret: !hunter2secret x",
    "secret: *hunter2secret",
    "secret: hunter2secret: x",
    "secret: 'hunter2secret",
    "sekret: hunter2secret",
    '"secret:hunter2secret": 1',
    "hunter2secret",
    `identifier: ${TOKEN}`,
    `name: ${TOKEN}`,
    `secret_file: ${TOKEN}`,
    `${TOKEN}: 1`,
    "url: https://hunter2secret@hub.example",
    "url: hunter2secret",
  ])("not in the message about %s", (line) => {
    const error = failure(() => load(`connections:\n  - org: acme\n    ${line}\n`));
    const everything = `${error.message} ${error.stack} ${shown(error)} ${shown(error.problems)}`;
    expect(everything).not.toMatch(/hunter2secret|HUNTER2SECRET|0123456789|1234567890/i);
  });

  test.each(["- secret:hunter2secret", "hunter2secret"])("not where connections hold %s", (text) => {
    expect(failure(() => load(`connections:\n  ${text}\n`)).message).not.toContain("hunter2secret");
  });
});
