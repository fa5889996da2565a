// The body of an admin request: small, read whole before the signature is checked, and parsed after.
import { Buffer } from 'node:buffer'
import type { VerifiedBody } from '../auth/body.ts'
import { digestOnce } from '../kernels/digest.ts'
import { adminBodyBytesMax } from '../limits.ts'

export interface RawBody {
  bytes: Uint8Array
  /** SHA-256, hex. Clients that name no x-amz-content-sha256 sign it all the same: curl 7.88 does so for S3 too. */
  sha256: string
}

/** Null when there is more than `adminBodyBytesMax`. */
export async function readRawBody(stream: ReadableStream<Uint8Array> | null): Promise<RawBody | null> {
  const reader = stream?.getReader()
  const bytes = await gather(async () => (await reader?.read())?.value ?? null)
  if (bytes === null) {
    await reader?.cancel()
    return null
  }
  return { bytes, sha256: Buffer.from(await digestOnce('SHA256', bytes)).toString('hex') }
}

/** The bytes as JSON, verified before they are looked at: an empty body is `{}`. Undefined for what is not JSON in UTF-8. */
export async function readJson(body: VerifiedBody): Promise<unknown> {
  const bytes = await gather(() => body.read(adminBodyBytesMax))
  await body.verify()
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes ?? new Uint8Array(0))
    return text.trim() === '' ? {} : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}

async function gather(read: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = []
  let size = 0
  for (let piece = await read(); piece !== null; piece = await read()) {
    size += piece.length
    if (size > adminBodyBytesMax) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
