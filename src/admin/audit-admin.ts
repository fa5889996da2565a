// What an answered admin request leaves in the audit: nothing for a read that succeeded.
import { splitUrl } from '../http/raw-url.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { AdminExchange } from './admin-exchange.ts'
import type { AdminAnswer, Json } from './answer.ts'

/** Of the query; a presigned request has its signature there too, so nothing else is kept. */
const queryNames = ['principal', 'action', 'resource', 'versionId', 'bucket', 'prefix', 'userName'] as const

/** For the pipeline, once the answer is known. Never throws. */
export function auditAdmin(exchange: AdminExchange, answer: AdminAnswer, trail: AuditTrail): void {
  const { request, identity, match, access } = exchange
  const error = errorOf(answer)
  const isUnverified = error !== null && answer.status < 500 && identity === null && error.code !== 'EntityTooLarge'
  const answered = { verdicts: access?.verdicts ?? [], isUnverified, error }
  if (!trail.concerns('admin', answered, request.method !== 'GET' && request.method !== 'HEAD')) return
  trail.write({
    service: 'admin',
    request,
    requestId: exchange.requestId,
    now: exchange.now,
    identity,
    operation: match?.outcome === 'found' ? match.route.operationId : null,
    ...answered,
    bucket: null,
    key: null,
    versionId: null,
    parameters: { ...asked(exchange), ...made(answer.body) },
    status: answer.status,
  })
}

function errorOf({ body }: AdminAnswer): { code: string; reason?: string } | null {
  const code = member(member(body, 'error'), 'code')
  if (typeof code !== 'string') return null
  const message = member(member(body, 'error'), 'message')
  return { code, ...(typeof message === 'string' ? { reason: message } : null) }
}

function asked({ request, match }: AdminExchange): Record<string, string> {
  const found: Record<string, string> = {}
  const query = new URLSearchParams(splitUrl(request.url).query)
  for (const name of queryNames) {
    const value = query.get(name)
    if (value !== null) found[name] = value
  }
  if (match?.outcome !== 'found') return found
  if (match.accountId !== '') found['accountId'] = match.accountId
  if (match.accessKeyId !== '') found['accessKeyId'] = match.accessKeyId
  if (match.policyName !== '') found['policyName'] = match.policyName
  if (match.bucketName !== '') found['bucketName'] = match.bucketName
  return found
}

/** Ids of what was made: an account, an access key. */
function made(body: Json): Record<string, string> {
  const accountId = member(body, 'accountId')
  const firstKey = member(body, 'accessKeys')
  const key = Array.isArray(firstKey) ? (firstKey[0] ?? null) : (member(body, 'accessKey') ?? body)
  const accessKeyId = member(key, 'accessKeyId')
  return {
    ...(typeof accountId === 'string' ? { accountId } : null),
    ...(typeof accessKeyId === 'string' ? { madeAccessKeyId: accessKeyId } : null),
  }
}

function member(value: Json, name: string): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value[name] ?? null) : null
}
