import { expect } from "vitest";
import { type DemoHub as Server, startHub } from "../../demo/hub.ts";
import { demoSecret, type Organization } from "../../demo/organization.ts";
import type { DemoHubOptions as ServerOptions } from "../../demo/request-handler.ts";
import type { Scenario } from "../../demo/scenario.ts";
import { HubClient } from "../../extract/hub/client.ts";
import type { HubClientOptions, HubEvent } from "../../extract/hub/client-options.ts";
import { DEFAULT_LIMITS, type Limits } from "../../extract/hub/limits.ts";
import { type Page, recordText } from "../../extract/page.ts";
import type { PageRows } from "../../extract/raw/parquet.ts";

/** Limits that end a test soon. */
export const short: Limits = { ...DEFAULT_LIMITS, attempts: 3, max_wait_seconds: 5 };

export interface Visit {
  readonly server: Server;
  readonly hub: HubClient;
  readonly organization: Organization;
  readonly events: HubEvent[];
  /** Requests that the server noted, by the end of their path. */
  count(ending: string): number;
}

export interface VisitOptions {
  readonly scenario?: Scenario | undefined;
  readonly limits?: Partial<Limits>;
  readonly server?: Partial<ServerOptions>;
  readonly client?: Partial<HubClientOptions>;
}

/**
 * Starts a Docker Hub with one organization and a client of it, and closes both afterwards. Whatever a test does, nothing
 * but GET and the login's POST may have been sent, none of it to the other origin.
 */
export async function visit<T>(
  organization: Organization,
  options: VisitOptions,
  act: (visit: Visit) => Promise<T>,
): Promise<T> {
  const { scenario } = options;
  const server = await startHub({
    organizations: [organization],
    ...(scenario ? { scenario } : {}),
    ...options.server,
  });
  const events: HubEvent[] = [];
  const hub = new HubClient({
    url: new URL(server.url),
    identifier: organization.name,
    secret: () => demoSecret(organization.name),
    userAgent: "docktally/test",
    limits: { ...short, ...options.limits },
    onEvent: (event) => events.push(event),
    ...options.client,
  });
  const count = (ending: string) => server.requests.filter((one) => one.path.endsWith(ending)).length;
  try {
    const result = await act({ server, hub, organization, events, count });
    const odd = server.requests.filter((one) => one.method !== (one.path === "/v2/auth/token" ? "POST" : "GET"));
    expect(odd).toEqual([]);
    expect(server.requests.filter((one) => one.foreign)).toEqual([]);
    expect(server.requests.every((one) => one.authorized === (one.method === "GET"))).toBe(true);
    return result;
  } finally {
    await hub.close();
    await server.close();
  }
}

/** The texts of the records that were kept. */
export function textsOf(rows: readonly PageRows[]): string[] {
  return rows.flatMap(({ page, only }) => (only ?? page.starts.map((_, i) => i)).map((i) => recordText(page, i)));
}

/** The texts of all records of a page. */
export function recordsOf(page: Page): string[] {
  return page.starts.map((_, i) => recordText(page, i));
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Error);
  return outcome as Error;
}
