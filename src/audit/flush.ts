// `POST /-/flush`: writes at once what was gathered for the audit bucket. The embedded server asks for it before it stops,
// for workerd ends without waiting for work that outlives its requests.
import { timingSafeEqual } from 'node:crypto'
import { Buffer } from 'node:buffer'
import { flushAuditBatch } from './audit-bucket.ts'
import { flushToken } from './flush-token.ts'
import type { Env } from '../env.ts'

/** For others there is no such route. */
export async function handleFlush(request: Request, env: Env): Promise<Response> {
  const given = Buffer.from(request.headers.get('authorization') ?? '')
  const wanted = Buffer.from(flushToken(env.EDGESHARD_SECRET))
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return new Response(null, { status: 404 })
  await flushAuditBatch(env)
  return new Response(null, { status: 204 })
}
