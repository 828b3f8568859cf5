import { Hub } from "../../extract/hub/client.ts";
import { HubError } from "../../extract/hub/errors.ts";
import { ClockError } from "../../extract/hub/server-clock.ts";
import { recordText, slicePage } from "../../extract/page.ts";
import { type AuditLog, auditLogPath, rfc3339 } from "../../extract/streams/auditlog.ts";
import { readInvites } from "../../extract/streams/invites.ts";
import { membersPath } from "../../extract/streams/members.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { proxySettings } from "../config/proxy.ts";
import { USER_AGENT } from "../version.ts";
import { explain } from "./hints.ts";
import { EXIT, failureKind } from "./outcome.ts";

export interface CheckItem {
  readonly what: "login" | "members" | "invites" | "auditlog";
  readonly status: "ok" | "failed" | "off";
  readonly message: string;
}

export interface CheckReport {
  readonly connections: {
    readonly name: string;
    readonly org: string;
    readonly status: "ok" | "partial" | "failed";
    readonly checks: CheckItem[];
  }[];
  readonly requests: number;
  readonly exitCode: number;
}

/** Tries each connection with one small request an endpoint, loads nothing, and says what would be missing. */
export async function check(config: Config, signal: AbortSignal): Promise<CheckReport> {
  const connections = [];
  const refusals: boolean[] = [];
  let requests = 0;
  for (const connection of config.connections) {
    const hub = new Hub({
      url: connection.url,
      identifier: connection.identifier,
      secret: () => connection.secret.reveal(),
      userAgent: USER_AGENT,
      proxy: proxySettings(config.proxy),
      limits: { ...config.limits, attempts: Math.min(2, config.limits.attempts) },
      signal,
    });
    const checks = await checkConnection(hub, connection, refusals).finally(() => hub.close());
    requests += hub.requests;
    connections.push({ name: connection.name, org: connection.org, status: statusOf(checks), checks });
  }
  return { connections, requests, exitCode: exitCodeOf(connections, refusals) };
}

async function checkConnection(hub: Hub, connection: Connection, refusals: boolean[]): Promise<CheckItem[]> {
  const items: CheckItem[] = [];
  const attempt = async (what: CheckItem["what"], work: () => Promise<string>): Promise<boolean> => {
    try {
      items.push({ what, status: "ok", message: await work() });
      return true;
    } catch (error) {
      if (!(error instanceof HubError || error instanceof ClockError)) throw error;
      if (what !== "invites") refusals.push(failureKind(error) === "refused");
      items.push({
        what,
        status: "failed",
        message: explain(error, connection, what === "invites" ? "members" : what),
      });
      return false;
    }
  };
  const { org } = connection;
  const isIn = await attempt("login", async () => {
    await hub.login();
    await hub.settleClock(membersPath(org));
    return `as ${connection.identifier}`;
  });
  if (!isIn) return items;
  await attempt("members", () => tellMembers(hub, org));
  await attempt("invites", async () => `${(await readInvites(hub, org)).starts.length} open invitations`);
  if (connection.auditLog)
    await attempt("auditlog", () => tellAuditLog({ hub, account: org, path: connection.auditLogPath }));
  else items.push({ what: "auditlog", status: "off", message: "switched off in the configuration (audit_log: off)" });
  return items;
}

async function tellMembers(hub: Hub, org: string): Promise<string> {
  const page = await hub.get(
    membersPath(org),
    { page: 1, page_size: hub.limits.page_size, type: "all", invites: true },
    (body) => slicePage(body, "results", new Date()),
  );
  const count = typeof page.envelope.count === "number" ? page.envelope.count : page.starts.length;
  const hasInsights = page.starts.some((_, i) => /"last_(seen|logged_in)_at"\s*:\s*"/.test(recordText(page, i)));
  return `${count} people; Insights ${hasInsights ? "on" : "off (Business only, switched on by Docker on request): who only pulls or uses Docker Desktop cannot be seen"}`;
}

async function tellAuditLog(log: AuditLog): Promise<string> {
  const { hub } = log;
  const now = hub.now().getTime();
  const query = { from: rfc3339(now - 30 * 86_400_000), to: rfc3339(now), page: 1, page_size: 25 };
  const page = await hub.get(auditLogPath(log), query, (body) => slicePage(body, "logs", new Date()));
  return page.starts.length > 0
    ? "readable, with events in the last 30 days"
    : "readable, but without an event in the last 30 days";
}

function statusOf(checks: readonly CheckItem[]): "ok" | "partial" | "failed" {
  const needed = checks.filter(({ what, status }) => what !== "invites" && status !== "off");
  if (needed.every(({ status }) => status === "ok")) return "ok";
  return needed.some(({ what, status }) => what !== "login" && status === "ok") ? "partial" : "failed";
}

function exitCodeOf(connections: readonly { status: string }[], refusals: readonly boolean[]): number {
  if (connections.every(({ status }) => status === "ok")) return EXIT.done;
  if (connections.some(({ status }) => status !== "failed")) return EXIT.partial;
  return refusals.some(Boolean) ? EXIT.refused : EXIT.unexpected;
}
