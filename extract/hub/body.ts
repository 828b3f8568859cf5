import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { BrokenBodyError } from "./errors.ts";

/**
 * The whole body of a reply, decompressed.
 * @throws BrokenBodyError where it is larger than `limit` bytes (after decompression) or its compression is broken
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  limit: number,
): Promise<Buffer> {
  const plain = await collect(body, limit);
  const decoder = decoderFor(encoding);
  if (decoder === null) return plain;
  decoder.end(plain);
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
    if (size > limit) throw new BrokenBodyError(`the body is larger than ${limit} bytes (limits.body_bytes)`);
    parts.push(chunk);
  }
  return parts.length === 1 && parts[0]
    ? Buffer.from(parts[0].buffer, parts[0].byteOffset, size)
    : Buffer.concat(parts, size);
}

/** @throws BrokenBodyError where the body is no JSON */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BrokenBodyError("the body is no JSON");
  }
}
