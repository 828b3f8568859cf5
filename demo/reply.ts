import type { ServerResponse } from "node:http";

/**
 * How a reply leaves the hub. `reset` closes the connection before the status line, `silent` never answers; `cutAt` sends that many bytes of the body
 * and closes; `stallAt` sends that many and then nothing; `trickle` sends `bytes` every `everyMs` milliseconds.
 */
export type Delivery =
  | "whole"
  | "reset"
  | "silent"
  | { cutAt: number }
  | { stallAt: number }
  | { trickle: { bytes: number; everyMs: number } };

/** A reply before it is sent. Header names in lower case. */
export type Reply = {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  delivery: Delivery;
};

/** A JSON reply; `text` is already JSON. */
export function jsonReply(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: text, delivery: "whole" };
}

/** The error object of organizations, members and invites: Docker's document gives it `errinfo`, `detail` and `message`. */
export function refusal(status: number, message: string, detail?: string): Reply {
  return jsonReply(status, JSON.stringify({ ...(detail === undefined ? {} : { detail }), message, errinfo: {} }));
}

/** The error object that Docker's document declares for audit logs. `code` is a gRPC status code. */
export function auditRefusal(status: number, code: number, message: string): Reply {
  return jsonReply(status, JSON.stringify({ code, message, details: [] }));
}

/** The audit log of an organization whose plan has none. */
export function notOnThisPlan(): Reply {
  return auditRefusal(403, 7, "audit logs are not available on your plan");
}

/** What Docker Hub answers for a path it does not know: a page of its website. Reported by users of Docker's Terraform provider. */
export function websiteReply(status = 404): Reply {
  const body = `<!DOCTYPE html><html lang="en"><head><title>Docker Hub</title></head><body><h1>${status}</h1></body></html>`;
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body, delivery: "whole" };
}

/** Sends `reply`; resolves when its last byte is handed over, or at once where the delivery never ends. */
export async function deliver(response: ServerResponse, reply: Reply): Promise<void> {
  const body = typeof reply.body === "string" ? Buffer.from(reply.body, "utf8") : reply.body;
  const { delivery } = reply;
  if (delivery === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (delivery === "silent") return;
  response.writeHead(reply.status, { "content-length": String(body.length), ...reply.headers });
  if (delivery === "whole") {
    response.end(body);
  } else if ("cutAt" in delivery) {
    response.write(body.subarray(0, delivery.cutAt), () => setTimeout(() => response.destroy(), 5));
  } else if ("stallAt" in delivery) {
    response.write(body.subarray(0, delivery.stallAt));
  } else {
    await trickle(response, body, delivery.trickle);
  }
}

async function trickle(
  response: ServerResponse,
  body: Buffer,
  { bytes, everyMs }: { bytes: number; everyMs: number },
): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  response.end();
}
