import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";

/** A forward proxy on loopback that opens tunnels (CONNECT). */
export interface ForwardProxy {
  readonly host: string;
  /** The hosts and ports to which tunnels were asked for. */
  readonly asked: string[];
}

/** Starts one, closed after the test. `auth` is what it wants as `name:password`; `status` refuses every tunnel. */
export async function forwardProxy({ auth, status }: { auth?: string; status?: number } = {}): Promise<ForwardProxy> {
  const asked: string[] = [];
  const open = new Set<Duplex>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    asked.push(request.url ?? "");
    open.add(client);
    client.on("error", () => client.destroy());
    const wanted = auth === undefined ? undefined : `Basic ${Buffer.from(auth).toString("base64")}`;
    const refusal = status ?? (wanted !== request.headers["proxy-authorization"] ? 407 : null);
    if (refusal !== null) {
      // as some do, it tells what it was sent
      const echo = `you sent ${request.headers["proxy-authorization"] ?? "nothing"}`;
      client.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: ${echo.length}\r\n\r\n${echo}`);
      return;
    }
    const [host, port] = (request.url ?? "").split(":");
    const far = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.write(head);
      far.pipe(client).pipe(far);
    });
    open.add(far);
    far.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
