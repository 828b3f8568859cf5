import { HubClient } from "../../extract/hub/client.ts";
import type { HubClientOptions } from "../../extract/hub/client-options.ts";
import type { Source } from "../../extract/stream.ts";
import type { NamedStream } from "../../extract/streams.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { proxySettings } from "../config/proxy.ts";
import { USER_AGENT } from "../version.ts";
import { settingsOf } from "./switches.ts";

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

/** Where a stream of the connection is read from. */
export function sourceOf(hub: HubClient, connection: Connection, stream: NamedStream): Source {
  const url = stream.origin === "enterprise" ? connection.enterpriseUrl : null;
  return { hub: url === null ? hub : hub.at(url), org: connection.org, path: settingsOf(connection, stream).path };
}
