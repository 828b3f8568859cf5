import type { HubClient } from "../../extract/hub/client.ts";
import { SourceError } from "../../extract/hub/errors.ts";
import { type NamedStream, REPORTED, STREAMS, type StreamName, settleClock } from "../../extract/streams.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { publishedSeats } from "../reports/published-seats.ts";
import { settingsNotes } from "../reports/settings-notes.ts";
import { withNextStep } from "./hints.ts";
import { unaddressed } from "./optional.ts";
import { EXIT } from "./outcome.ts";
import { notReached, reached, type StreamReach } from "./reach.ts";
import { namedPeople, validatePeopleFiles } from "./settings.ts";
import { connect, sourceOf } from "./source.ts";
import { isOn, isRequired, offMessage } from "./switches.ts";

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
    /** Login and endpoints, without the streams that `streams:` switches. */
    readonly checks: readonly ProbeResult[];
    /** What the credential reaches, in the order of a run. */
    readonly streams: readonly StreamReach[];
    /** What the configuration says of people and has no effect. */
    readonly notes: readonly string[];
  }[];
  readonly requests: number;
  readonly exitCode: number;
}

/** What one request found, and the error where it failed. */
interface Attempt {
  readonly item: ProbeResult;
  readonly error: SourceError | null;
}

/** A connection sends no more. A stream that fails costs two tries, and each may need a new token. */
const MOST_REQUESTS = 16;
const MOST_FOR_ONE = 4;

/** Tries each connection with one small request an endpoint, loads nothing, and says what would be missing. */
export async function probeConnections(config: Config, signal: AbortSignal): Promise<ProbeReport> {
  validatePeopleFiles(config.connections);
  const connections = [];
  const refusals: boolean[] = [];
  const seats = await publishedSeats(config.dataDir);
  let requests = 0;
  for (const connection of config.connections) {
    const limits = { ...config.limits, attempts: Math.min(2, config.limits.attempts) };
    const hub = connect(config, connection, { limits, signal });
    const attempts = await probeConnection(hub, connection).finally(() => hub.close());
    requests += hub.allRequests;
    const needed = attempts.filter(({ item }) => !isBeside(item.what, connection));
    refusals.push(...needed.flatMap(({ error }) => (error ? [error.failure === "refused"] : [])));
    const results = attempts.map(({ item }) => item);
    const status = statusOf(needed.map(({ item }) => item));
    const streams = REPORTED.map((stream) =>
      reachOf(stream, results, { connection, seats: seats.get(connection.org.toLowerCase()) }),
    );
    const checks = results.filter(({ what }) => !isSwitched(what));
    const notes = await settingsNotes(config.dataDir, namedPeople(connection), new Date().toISOString().slice(0, 10));
    connections.push({ name: connection.name, org: connection.org, status, checks, streams, notes });
  }
  return { connections, requests, exitCode: exitCodeOf(connections, refusals) };
}

function reachOf(
  stream: NamedStream,
  results: readonly ProbeResult[],
  around: Parameters<typeof notReached>[2],
): StreamReach {
  const result = results.find(({ what }) => what === stream.name);
  if (result?.status === "ok") return reached(stream, result.message);
  if (!isOn(around.connection, stream)) return notReached(stream, offMessage(stream), around);
  const login = results.find(({ what }) => what === "login");
  return notReached(stream, (result ?? login)?.message ?? "not tried", around);
}

async function probeConnection(hub: HubClient, connection: Connection): Promise<Attempt[]> {
  const login = await attempt(connection, null, async () => {
    await hub.login();
    await settleClock({ hub, org: connection.org });
    return `as ${connection.identifier}`;
  });
  if (login.error) return [login];
  const attempts = [login];
  for (const stream of STREAMS) if (stream.probe) attempts.push(await probeStream(hub, connection, stream));
  return attempts;
}

async function probeStream(hub: HubClient, connection: Connection, stream: NamedStream): Promise<Attempt> {
  const said = (status: "off" | "failed", message: string): Attempt => ({
    item: { what: stream.name, status, message },
    error: null,
  });
  if (!isOn(connection, stream)) return said("off", offMessage(stream));
  const nowhere = unaddressed(connection, stream);
  if (nowhere !== null) return said("failed", nowhere);
  if (hub.allRequests > MOST_REQUESTS - MOST_FOR_ONE)
    return said("failed", "not tried, since so much else had to be tried again: run docktally check again later");
  const source = sourceOf(hub, connection, stream);
  return attempt(connection, stream, async () => (await stream.probe!(source)).message);
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
function isBeside(what: ProbeResult["what"], connection: Connection): boolean {
  const stream = STREAMS.find(({ name }) => name === what);
  if (stream === undefined || isRequired(connection, stream)) return false;
  return stream.name !== stream.reportsAs || stream.isOptional;
}

/** Whether `streams:` of a connection switches it. */
function isSwitched(what: ProbeResult["what"]): boolean {
  return STREAMS.some(({ name, needs }) => name === what && needs.setting?.startsWith("streams."));
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
