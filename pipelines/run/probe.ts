import type { HubClient } from "../../extract/hub/client.ts";
import { SourceError } from "../../extract/hub/errors.ts";
import { type NamedStream, STREAMS, type StreamName, settleClock } from "../../extract/streams.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { withNextStep } from "./hints.ts";
import { EXIT } from "./outcome.ts";
import { connect, isOn, offMessage, sourceOf } from "./source.ts";

export interface CheckItem {
  readonly what: "login" | StreamName;
  readonly status: "ok" | "failed" | "off";
  readonly message: string;
}

export interface CheckReport {
  readonly connections: {
    readonly name: string;
    readonly org: string;
    readonly status: "ok" | "partial" | "failed";
    readonly checks: readonly CheckItem[];
  }[];
  readonly requests: number;
  readonly exitCode: number;
}

/** What one request found, and the error where it failed. */
interface Checked {
  readonly item: CheckItem;
  readonly error: SourceError | null;
}

/** Tries each connection with one small request an endpoint, loads nothing, and says what would be missing. */
export async function check(config: Config, signal: AbortSignal): Promise<CheckReport> {
  const connections = [];
  const refusals: boolean[] = [];
  let requests = 0;
  for (const connection of config.connections) {
    const limits = { ...config.limits, attempts: Math.min(2, config.limits.attempts) };
    const hub = connect(config, connection, { limits, signal });
    const checked = await checkConnection(hub, connection).finally(() => hub.close());
    requests += hub.requests;
    const needed = checked.filter(({ item }) => !isBeside(item.what));
    refusals.push(...needed.flatMap(({ error }) => (error ? [error.failure === "refused"] : [])));
    const checks = checked.map(({ item }) => item);
    const status = statusOf(needed.map(({ item }) => item));
    connections.push({ name: connection.name, org: connection.org, status, checks });
  }
  return { connections, requests, exitCode: exitCodeOf(connections, refusals) };
}

async function checkConnection(hub: HubClient, connection: Connection): Promise<Checked[]> {
  const login = await attempt("login", connection, null, async () => {
    await hub.login();
    await settleClock({ hub, org: connection.org });
    return `as ${connection.identifier}`;
  });
  if (login.error) return [login];
  const checked = [login];
  for (const stream of STREAMS) {
    if (stream.probe === undefined) continue;
    if (!isOn(connection, stream)) {
      checked.push({ item: { what: stream.name, status: "off", message: offMessage(stream) }, error: null });
      continue;
    }
    const source = sourceOf(hub, connection, stream);
    const work = async () => (await stream.probe!(source)).message;
    checked.push(await attempt(stream.name, connection, stream, work));
  }
  return checked;
}

async function attempt(
  what: CheckItem["what"],
  connection: Connection,
  stream: NamedStream | null,
  work: () => Promise<string>,
): Promise<Checked> {
  try {
    return { item: { what, status: "ok", message: await work() }, error: null };
  } catch (error) {
    if (!(error instanceof SourceError) || error.ends === "run") throw error;
    return { item: { what, status: "failed", message: withNextStep(error, connection, stream) }, error };
  }
}

/** Whether a stream only accompanies another, or need not be within reach. */
function isBeside(what: CheckItem["what"]): boolean {
  return STREAMS.some(({ name, reportsAs, isOptional }) => name === what && (name !== reportsAs || isOptional));
}

function statusOf(checks: readonly CheckItem[]): "ok" | "partial" | "failed" {
  const needed = checks.filter(({ status }) => status !== "off");
  if (needed.every(({ status }) => status === "ok")) return "ok";
  return needed.some(({ what, status }) => what !== "login" && status === "ok") ? "partial" : "failed";
}

function exitCodeOf(connections: readonly { status: string }[], refusals: readonly boolean[]): number {
  if (connections.every(({ status }) => status === "ok")) return EXIT.done;
  if (connections.some(({ status }) => status !== "failed")) return EXIT.partial;
  return refusals.some(Boolean) ? EXIT.refused : EXIT.unexpected;
}
