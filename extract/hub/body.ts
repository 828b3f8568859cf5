import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { BrokenBodyError } from "./errors.ts";
import { tooLarge } from "./exchange.ts";

/**
 * The body of a reply, decompressed.
 * @throws BrokenBodyError where it is larger than `limit` bytes or its compression is broken
 */
export async function decompress(body: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const decoder = decoderFor(encoding);
  if (decoder === null) return body;
  decoder.end(body);
  try {
    return await collect(decoder, limit);
  } catch (error) {
    if (error instanceof BrokenBodyError) throw error;
    throw new BrokenBodyError(`the ${encoding} body is broken`, { cause: error });
  }
}

function decoderFor(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return createGunzip({ finishFlush: constants.Z_FINISH });
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      throw new BrokenBodyError(`the body comes in an encoding that was not asked for (${encoding})`);
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

/** @throws BrokenBodyError where the body is no JSON */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BrokenBodyError("the body is no JSON");
  }
}
