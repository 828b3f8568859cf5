import { demoSecret } from "../../demo/organization.ts";

/** A bearer token for an organization of the hub at `url`. */
export async function tokenFor(url: string, identifier: string, secret = demoSecret(identifier)): Promise<string> {
  const response = await login(url, identifier, secret);
  return ((await response.json()) as { access_token: string }).access_token;
}

export async function login(url: string, identifier: string, secret: string): Promise<Response> {
  const body = JSON.stringify({ identifier, secret });
  return fetch(`${url}/v2/auth/token`, { method: "POST", headers: { "content-type": "application/json" }, body });
}

export async function get(url: string, token: string, signal?: AbortSignal): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: "manual", signal: signal ?? null });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
export type Json = any;

export async function json(url: string, token: string): Promise<Json> {
  return (await get(url, token)).json();
}

/** Every audit event between two instants, page after page until an empty one. */
export async function readLog(url: string, account: string, token: string, query = "page_size=100"): Promise<Json[]> {
  const events: Json[] = [];
  for (let page = 1; ; page += 1) {
    const { logs } = await json(`${url}/v2/auditlogs/${account}?${query}&page=${page}`, token);
    if (logs.length === 0) return events;
    events.push(...logs);
  }
}
