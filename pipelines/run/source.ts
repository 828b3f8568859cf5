import { HubClient, type HubClientOptions } from "../../extract/hub/client.ts";
import type { Source } from "../../extract/stream.ts";
import { type NamedStream, type ReportedName, STREAMS } from "../../extract/streams.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { proxySettings } from "../config/proxy.ts";
import { USER_AGENT } from "../version.ts";

/** The way to a connection's server. */
export function connect(
  config: Config,
  connection: Connection,
  more: Partial<Pick<HubClientOptions, "limits" | "signal" | "clock" | "onEvent">>,
): HubClient {
  return new HubClient({
    url: connection.url,
    identifier: connection.identifier,
    secret: () => connection.secret.reveal(),
    userAgent: USER_AGENT,
    proxy: proxySettings(config.proxy),
    limits: config.limits,
    ...more,
  });
}

/** What the configuration says of a stream and those that accompany it. */
interface StreamSettings {
  readonly isOn: boolean;
  readonly path?: string | undefined;
}

type Switches = Pick<Connection, "auditlog"> & Partial<Pick<Connection, "auditlogPath">>;

function settingsOf(connection: Switches, { reportsAs }: NamedStream): StreamSettings {
  const settings: Partial<Record<ReportedName, StreamSettings>> = {
    auditlog: { isOn: connection.auditlog, path: connection.auditlogPath },
  };
  return settings[reportsAs] ?? { isOn: true };
}

export function isOn(connection: Switches, stream: NamedStream): boolean {
  return settingsOf(connection, stream).isOn;
}

/** The same by a stream's name; one that this version does not know is on. */
export function isNameOn(connection: Switches, name: string): boolean {
  const stream = STREAMS.find((one) => one.name === name);
  return stream === undefined || isOn(connection, stream);
}

export function offMessage({ needs }: NamedStream): string {
  return `switched off in the configuration (${needs.setting}: off)`;
}

/** Where a stream of the connection is read from. */
export function sourceOf(hub: HubClient, connection: Connection, stream: NamedStream): Source {
  return { hub, org: connection.org, path: settingsOf(connection, stream).path };
}
