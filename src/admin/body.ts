// The body of an admin request: small, read whole before the signature is checked, and parsed after.
import { Buffer } from 'node:buffer'
import { BodySource } from '../auth/body-source.ts'
import type { VerifiedBody } from '../auth/body.ts'
import { digestOnce } from '../kernels/digest.ts'
import { adminBodyBytesMax, drainBytesMax, drainMillisecondsMax } from '../limits.ts'

export interface RawBody {
  bytes: Uint8Array
  /** SHA-256, hex. Clients that name no x-amz-content-sha256 sign it all the same: curl 7.88 does so for S3 too. */
  sha256: string
}

/** Null when there is more than `adminBodyBytesMax`; the rest was read then, so that the client sees the refusal. */
export async function readRawBody(stream: ReadableStream<Uint8Array> | null): Promise<RawBody | null> {
  const source = new BodySource(stream)
  const bytes = (await source.read(adminBodyBytesMax + 1)) ?? new Uint8Array(0)
  if (bytes.length > adminBodyBytesMax) {
    await source.drain(drainBytesMax, drainMillisecondsMax)
    return null
  }
  return { bytes, sha256: Buffer.from(await digestOnce('SHA256', bytes)).toString('hex') }
}

/** The bytes as JSON, verified before they are looked at: an empty body is `{}`. Undefined for what is not JSON in UTF-8. */
export async function readJson(body: VerifiedBody): Promise<unknown> {
  // No more than what readRawBody let through.
  const bytes = (await body.read(adminBodyBytesMax)) ?? new Uint8Array(0)
  await body.verify()
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    return text.trim() === '' ? {} : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
