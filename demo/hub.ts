import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Organization } from "./organization.ts";
import { type DemoHubOptions, RequestHandler } from "./request-handler.ts";
import { type RequestCounts, RequestLog, type RequestRecord } from "./request-log.ts";
import type { HubHandle, Scenario } from "./scenario.ts";
import { TokenIssuer } from "./tokens.ts";

export type { DemoHubOptions } from "./request-handler.ts";

/** A running hub. `otherOrigin` is a second port of the same hub, where no scenario acts: a place to be redirected to. */
export type DemoHub = {
  url: string;
  otherOrigin: string;
  organizations: Organization[];
  requests: RequestRecord[];
  counts: RequestCounts;
  setScenario(scenario?: Scenario): void;
  revokeTokens(): void;
  close(): Promise<void>;
};

/** Starts an imitation of Docker Hub on 127.0.0.1. */
export async function startHub(options: DemoHubOptions): Promise<DemoHub> {
  const log = new RequestLog();
  const tokens = new TokenIssuer();
  const handler = new RequestHandler(options, log, tokens);
  const servers = [createServer(handler.listener(false)), createServer(handler.listener(true))] as const;
  for (const server of servers) server.keepAliveTimeout = 60_000;
  const url = await listen(servers[0], options.port ?? 0);
  const otherOrigin = await listen(servers[1], 0);
  const handle: HubHandle = {
    url,
    otherOrigin,
    organizations: options.organizations,
    now: () => handler.now(),
    revokeTokens: () => tokens.revokeAll(),
  };
  handler.open(handle);
  return {
    url,
    otherOrigin,
    organizations: options.organizations,
    requests: log.records,
    counts: log.counts,
    setScenario: (scenario) => handler.play(scenario),
    revokeTokens: handle.revokeTokens,
    close: async () => {
      await Promise.all(servers.map(stop));
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
