import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request as send } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { bulkOrganization } from "../../../demo/organizations.ts";
import type { Scenario } from "../../../demo/scenario.ts";
import { docktally, emptyFolder, environmentOf, filesWith, hubOf, rowsOf } from "../../kit/at-work.ts";
import { forwardProxy } from "../../kit/forward-proxy.ts";

const acme = () => bulkOrganization("acme", 20, { days: 5, members: 3 });
const password = "pr0xy-pass@word";
const withName = (host: string) => `http://company:${encodeURIComponent(password)}@${host}`;
const base64 = Buffer.from(`company:${password}`).toString("base64");

async function syncBy(environment: Record<string, string>, hub: { url: string }) {
  const cwd = emptyFolder();
  const ran = await docktally(["sync", "--json"], { cwd, env: { ...environmentOf(hub, "acme"), ...environment } });
  return { ...ran, report: ran.stdout === "" ? null : JSON.parse(ran.stdout), cwd };
}

describe("every request goes by the proxy that the environment names, to loopback too", () => {
  it.each(["HTTP_PROXY", "http_proxy"])("%s", async (name) => {
    const [hub, proxy] = [await hubOf([acme()]), await forwardProxy()];
    const { code } = await syncBy({ [name]: `http://${proxy.host}` }, hub);
    expect(code).toBe(0);
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(hub.url).host]));
  });

  it("an address without a scheme is one for http, and the name in lower case wins", async () => {
    const [hub, proxy] = [await hubOf([acme()]), await forwardProxy()];
    expect((await syncBy({ HTTP_PROXY: "http://127.0.0.1:9", http_proxy: proxy.host }, hub)).code).toBe(0);
    expect(proxy.asked.length).toBeGreaterThan(0);
  });

  it("with a name and a password, which stand nowhere afterwards", async () => {
    const [hub, proxy] = [await hubOf([acme()]), await forwardProxy({ auth: `company:${password}` })];
    const { code, stdout, stderr, cwd } = await syncBy({ HTTP_PROXY: withName(proxy.host) }, hub);
    expect([code, proxy.asked.length > 0]).toEqual([0, true]);
    for (const word of [password, encodeURIComponent(password), base64]) {
      expect(stdout + stderr).not.toContain(word);
      expect(filesWith(cwd, [word])).toEqual([]);
    }
  });

  it.each(["127.0.0.1", "*", "example.org, 127.0.0.1"])("but for what NO_PROXY names: %s", async (noProxy) => {
    const [hub, proxy] = [await hubOf([acme()]), await forwardProxy()];
    expect((await syncBy({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: noProxy }, hub)).code).toBe(0);
    expect((await syncBy({ HTTP_PROXY: `http://${proxy.host}`, no_proxy: noProxy }, hub)).code).toBe(0);
    expect(proxy.asked).toEqual([]);
  });

  it("`check` goes by it too, and `demo` never does", async () => {
    const [hub, proxy, cwd] = [await hubOf([acme()]), await forwardProxy(), emptyFolder()];
    const env = { HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}`, ALL_PROXY: proxy.host };
    expect((await docktally(["check"], { cwd, env: { ...environmentOf(hub, "acme"), ...env } })).code).toBe(0);
    const before = proxy.asked.length;
    expect(before).toBeGreaterThan(0);
    expect((await docktally(["demo", "--quiet"], { cwd, env })).code).toBe(0);
    expect(proxy.asked.length).toBe(before);
  });
});

it("HTTPS_PROXY is for https: the tunnel is end to end, with the company's own certificate from NODE_EXTRA_CA_CERTS", async () => {
  const [hub, proxy, folder] = [await hubOf([acme()]), await forwardProxy(), emptyFolder()];
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const made = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "30",
    "-keyout",
    key,
    "-out",
    cert,
    ...subject,
  ];
  execFileSync("openssl", made, { stdio: "ignore" });
  const secure = createSecure({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const onward = send(`${hub.url}${request.url}`, { method: request.method, headers: request.headers }, (reply) => {
      response.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    secure.closeAllConnections();
    secure.close();
  });
  const at = `localhost:${(secure.address() as AddressInfo).port}`;
  const env = { HTTPS_PROXY: `http://${proxy.host}`, HTTP_PROXY: "http://127.0.0.1:9" };
  const { code } = await syncBy({ ...env, NODE_EXTRA_CA_CERTS: cert }, { url: `https://${at}` });
  expect([code, new Set(proxy.asked)]).toEqual([0, new Set([at])]);
});

describe("a proxy that refuses is said to, once and without its password", () => {
  it.each<[string, { auth?: string; status?: number }, RegExp]>([
    [
      "for a wrong password",
      { auth: "company:another" },
      /proxy refused the way with HTTP 407 .*name and a password.*NO_PROXY/,
    ],
    [
      "for the host",
      { status: 403 },
      /proxy refused the way with HTTP 403 .*does not let this host through.*HTTPS_PROXY/,
    ],
  ])("%s", async (_, how, says) => {
    const [hub, proxy] = [await hubOf([acme()]), await forwardProxy(how)];
    const { code, stdout, stderr, report } = await syncBy({ HTTP_PROXY: withName(proxy.host) }, hub);
    expect([code, proxy.asked.length, hub.requests.length]).toEqual([1, 1, 0]);
    expect(report.connections[0].streams.members.message).toMatch(says);
    for (const word of [password, encodeURIComponent(password), base64]) expect(stdout + stderr).not.toContain(word);
  });

  it("where none listens, the message names where to look", async () => {
    const hub = await hubOf([acme()]);
    const { code, stderr } = await syncBy({ HTTP_PROXY: withName("127.0.0.1:9") }, hub);
    expect([code, stderr.includes(password)]).toEqual([1, false]);
    expect(stderr).toMatch(/ECONNREFUSED 127\.0\.0\.1:9.*the proxy \(HTTPS_PROXY, HTTP_PROXY, NO_PROXY\)/);
  });

  it.each(["socks5://127.0.0.1:1", "http://", "http://company:%zz@127.0.0.1:1", "not a proxy"])(
    "an address that is none: %s",
    async (address) => {
      const { code, stdout, stderr } = await syncBy({ HTTPS_PROXY: address }, { url: "http://127.0.0.1:9" });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/HTTPS_PROXY: expected the address of a proxy, http or https; write it like/);
      expect(stderr).not.toContain("company");
    },
  );

  it("and commands that ask nothing of Docker Hub do not look at it", async () => {
    const ran = await docktally(["report"], { cwd: emptyFolder(), env: { HTTPS_PROXY: "not a proxy" } });
    expect(ran.code).toBe(0);
  });
});

/** A hub whose audit log is at another path, with no account in it. */
const elsewhere: Scenario = {
  name: "another path",
  before: (call) => {
    const [, stream] = /^\/v2\/auditlog(\/actions)?$/.exec(call.path)
      ? [0, call.path.endsWith("actions") ? "actions" : "auditlogs"]
      : [];
    if (stream) Object.assign(call, { stream, account: "acme", organization: call.hub.organizations[0] });
    return undefined;
  },
};

describe("DOCKER_HUB_AUDIT_LOG_PATH is the environment's audit_log_path", () => {
  it("without {account} it is asked for as it stands, and its actions below it", async () => {
    const hub = await hubOf([acme()], { scenario: elsewhere });
    const { code, report, cwd } = await syncBy({ DOCKER_HUB_AUDIT_LOG_PATH: "/v2/auditlog" }, hub);
    expect([code, report.connections[0].streams.auditlog.records]).toEqual([0, 20]);
    const paths = new Set(hub.requests.map((one) => one.path).filter((one) => one.includes("audit")));
    expect(paths).toEqual(new Set(["/v2/auditlog", "/v2/auditlog/actions"]));
    expect(hub.requests.find((one) => one.path === "/v2/auditlog")!.query).toMatch(
      /^from=.*&to=.*&page=1&page_size=100$/,
    );
    expect(
      await rowsOf(join(cwd, "data/warehouse.duckdb"), "select count(*) as n from fct_usage where source = 'auditlog'"),
    ).toEqual([{ n: 20 }]);
  });

  it("with it, the account is put in its place; `check` asks there, too", async () => {
    const hub = await hubOf([acme()]);
    const env = { ...environmentOf(hub, "acme"), DOCKER_HUB_AUDIT_LOG_PATH: "/v2/auditlogs/{account}" };
    expect((await docktally(["check"], { cwd: emptyFolder(), env })).code).toBe(0);
    expect(hub.requests.map(({ path }) => path)).toContain("/v2/auditlogs/acme");
  });

  it("and one that is no path of the same host is refused", async () => {
    const { code, stderr } = await syncBy(
      { DOCKER_HUB_AUDIT_LOG_PATH: "//evil.example/log" },
      { url: "http://127.0.0.1:9" },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/DOCKER_HUB_AUDIT_LOG_PATH: expected a path on the same host/);
  });
});

it("a proxy that hangs up is asked a few times and not without end", async () => {
  let asked = 0;
  const server = createServer().on("connect", (_, socket: Duplex) => {
    asked++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const hub = await hubOf([acme()]);
  const env = { HTTP_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const { code, report } = await syncBy(env, hub);
  expect([code, hub.requests.length, asked]).toEqual([1, 0, 5]);
  expect(report.connections[0].streams.members.message).toMatch(/after 5 tries .*the proxy hung up/);
});
