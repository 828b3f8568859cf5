import type { HubClient } from "../../extract/hub/client.ts";
import { SourceError } from "../../extract/hub/errors.ts";
import { type NamedStream, STREAMS, type StreamName, settleClock } from "../../extract/streams.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { withNextStep } from "./hints.ts";
import { EXIT } from "./outcome.ts";
import { connect, sourceOf } from "./source.ts";
import { isOn, offMessage } from "./switches.ts";

export interface ProbeResult {
  readonly what: "login" | StreamName;
  readonly status: "ok" | "failed" | "off";
  readonly message: string;
}

export interface ProbeReport {
  readonly connections: {
    readonly name: string;
    readonly org: string;
    readonly status: "ok" | "partial" | "failed";
    readonly checks: readonly ProbeResult[];
  }[];
  readonly requests: number;
  readonly exitCode: number;
}

/** What one request found, and the error where it failed. */
interface Attempt {
  readonly item: ProbeResult;
  readonly error: SourceError | null;
}

/** Tries each connection with one small request an endpoint, loads nothing, and says what would be missing. */
export async function probeConnections(config: Config, signal: AbortSignal): Promise<ProbeReport> {
  const connections = [];
  const refusals: boolean[] = [];
  let requests = 0;
  for (const connection of config.connections) {
    const limits = { ...config.limits, attempts: Math.min(2, config.limits.attempts) };
    const hub = connect(config, connection, { limits, signal });
    const attempts = await probeConnection(hub, connection).finally(() => hub.close());
    requests += hub.requests;
    const needed = attempts.filter(({ item }) => !isBeside(item.what));
    refusals.push(...needed.flatMap(({ error }) => (error ? [error.failure === "refused"] : [])));
    const results = attempts.map(({ item }) => item);
    const status = statusOf(needed.map(({ item }) => item));
    connections.push({ name: connection.name, org: connection.org, status, checks: results });
  }
  return { connections, requests, exitCode: exitCodeOf(connections, refusals) };
}

async function probeConnection(hub: HubClient, connection: Connection): Promise<Attempt[]> {
  const login = await attempt(connection, null, async () => {
    await hub.login();
    await settleClock({ hub, org: connection.org });
    return `as ${connection.identifier}`;
  });
  if (login.error) return [login];
  const attempts = [login];
  for (const stream of STREAMS) {
    if (stream.probe === undefined) continue;
    if (!isOn(connection, stream)) {
      attempts.push({ item: { what: stream.name, status: "off", message: offMessage(stream) }, error: null });
      continue;
    }
    const source = sourceOf(hub, connection, stream);
    const work = async () => (await stream.probe!(source)).message;
    attempts.push(await attempt(connection, stream, work));
  }
  return attempts;
}

async function attempt(
  connection: Connection,
  stream: NamedStream | null,
  work: () => Promise<string>,
): Promise<Attempt> {
  const what = stream?.name ?? "login";
  try {
    return { item: { what, status: "ok", message: await work() }, error: null };
  } catch (error) {
    if (!(error instanceof SourceError) || error.ends === "run") throw error;
    return { item: { what, status: "failed", message: withNextStep(error, connection, stream) }, error };
  }
}

/** Whether a stream only accompanies another, or need not be within reach. */
function isBeside(what: ProbeResult["what"]): boolean {
  return STREAMS.some(({ name, reportsAs, isOptional }) => name === what && (name !== reportsAs || isOptional));
}

function statusOf(results: readonly ProbeResult[]): "ok" | "partial" | "failed" {
  const needed = results.filter(({ status }) => status !== "off");
  if (needed.every(({ status }) => status === "ok")) return "ok";
  return needed.some(({ what, status }) => what !== "login" && status === "ok") ? "partial" : "failed";
}

function exitCodeOf(connections: readonly { status: string }[], refusals: readonly boolean[]): number {
  if (connections.every(({ status }) => status === "ok")) return EXIT.done;
  if (connections.some(({ status }) => status !== "failed")) return EXIT.partial;
  return refusals.some(Boolean) ? EXIT.refused : EXIT.unexpected;
}
