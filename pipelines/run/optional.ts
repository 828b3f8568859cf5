import type { NamedStream } from "../../extract/streams.ts";
import { knownUntil } from "../../load/coverage.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { Connection } from "../config/connections.ts";
import { STALE_MS } from "../config/streams.ts";
import { type StreamRead, UNREAD } from "./outcome.ts";
import { isRequired, settingText } from "./switches.ts";

/** The stream that cannot be asked for, since nobody said where it is; null where it can. */
export function unaddressed({ enterpriseUrl }: Pick<Connection, "enterpriseUrl">, stream: NamedStream): string | null {
  if (stream.origin === "hub" || enterpriseUrl !== null) return null;
  return `no request was sent: the hub is not Docker's own, and no address of the Enterprise Data API is configured. It takes ${stream.needs.plan} and an organization access token with ${stream.needs.scopes.map(({ name }) => name).join(", ")}: set enterprise_url of this connection or DOCKER_ENTERPRISE_URL, or switch it off (${settingText(stream, "off")})`;
}

/** The reading of a stream that nobody can reach from here. */
export function unreachable(message: string): StreamRead {
  return { ...UNREAD, status: "unavailable", failure: "optional", message };
}

/**
 * An optional stream that is not within reach counts after all where the configuration requires it, or where it was read before
 * and what is known of it has become old.
 */
export async function judged(
  read: StreamRead,
  { warehouse, org, instant }: { warehouse: WarehouseFile; org: string; instant: Date },
  { connection, stream }: { connection: Connection; stream: NamedStream },
): Promise<StreamRead> {
  if (read.failure !== "optional") return read;
  const counts = (why: string): StreamRead => ({ ...read, failure: "refused", message: `${why}; ${read.message}` });
  if (isRequired(connection, stream))
    return counts(`the configuration requires this stream (${settingText(stream, "required")})`);
  const until = await knownUntil(warehouse, org, stream.name);
  if (until === null || instant.getTime() - until.getTime() <= STALE_MS) return read;
  return counts(`it was read before, and the newest of it is of ${until.toISOString()}, more than 7 days ago`);
}
