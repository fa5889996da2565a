// What the explanations accept: query parameters to typed values, or every problem at once. No I/O, no clock.
import { Buffer } from 'node:buffer'
import { keyBytesMax, reachPageDefault, reachPageMax } from '../limits.ts'
import type { Conditions } from '../iam/permission.ts'
import type { ListedPrincipal, PrincipalPlace } from '../store/tables/principals.ts'
import type { Checked } from './fields.ts'

export interface ExplainQuery {
  principal: string
  action: string
  resource: string
  /** Of the resource; null: it lies in no bucket. */
  bucketName: string | null
  versionId: string | null
  /** By lower-case key; an empty list: not in the request. */
  conditions: Conditions
  sourceIp: string | null
}

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const contextPrefix = 'context.'

/** `principal`, `action` and `resource`, and what the request would have: `versionId`, `sourceIp`, `context.<key>`. */
export function parseExplainQuery(query: URLSearchParams): Checked<ExplainQuery> {
  const problems = unknownNames(query, ['principal', 'action', 'resource', 'versionId', 'sourceIp'], contextPrefix)
  const required = (name: string, pattern: RegExp, says: string): string => {
    const value = query.get(name) ?? ''
    if (!pattern.test(value)) problems.push(`${name} must be ${says}`)
    return value
  }
  const principal = required('principal', /^\S{1,2048}$/, 'given')
  const action = required('action', /^[\w-]{1,64}:\w{1,128}$/, 'an action such as s3:GetObject')
  const resource = required('resource', /^(?:\*|arn:[^\p{Cc}]{1,2048})$/u, 'an ARN, or * for what concerns no resource')
  const bucketName = /^arn:aws:s3:::([^/]*)/.exec(resource)?.[1] ?? null
  if (bucketName !== null && !bucketPattern.test(bucketName)) problems.push('resource must name one bucket')
  const sourceIp = query.get('sourceIp')
  if (sourceIp !== null && !/^[\da-f.:]{2,45}$/i.test(sourceIp)) problems.push('sourceIp must be an IP address')
  if (problems.length > 0) return { outcome: 'invalid', problems }
  const versionId = query.get('versionId')
  const value = { principal, action, resource, bucketName, versionId, conditions: conditionsOf(query), sourceIp }
  return { outcome: 'valid', value }
}

/** Several of one name are several values; one empty value says that the request has no such key. */
function conditionsOf(query: URLSearchParams): Conditions {
  const names = new Set([...query.keys()].filter((name) => name.startsWith(contextPrefix)))
  const conditions: Record<string, readonly string[]> = {}
  for (const name of names) {
    const values = query.getAll(name)
    conditions[name.slice(contextPrefix.length).toLowerCase()] = values.length === 1 && values[0] === '' ? [] : values
  }
  return conditions
}

export interface ReachQuery {
  bucketName: string
  prefix: string
  /** Null: from the start. */
  after: PrincipalPlace | null
  limit: number
}

/** `bucket`, `prefix`, and a page: `after` is the `next` of the one before. */
export function parseReachQuery(query: URLSearchParams): Checked<ReachQuery> {
  const problems = unknownNames(query, ['bucket', 'prefix', 'after', 'limit'])
  const bucketName = query.get('bucket') ?? ''
  if (!bucketPattern.test(bucketName)) problems.push('bucket must be the name of a bucket')
  const prefix = query.get('prefix') ?? ''
  if (Buffer.byteLength(prefix) > keyBytesMax) problems.push(`prefix must have at most ${keyBytesMax} bytes`)
  const limit = query.get('limit') ?? String(reachPageDefault)
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > reachPageMax) {
    problems.push(`limit must be a number from 1 to ${reachPageMax}`)
  }
  const token = query.get('after') ?? ''
  const after = token === '' ? null : placeOf(token)
  if (after === undefined) problems.push('after must be the next of another page')
  if (problems.length > 0 || after === undefined) return { outcome: 'invalid', problems }
  return { outcome: 'valid', value: { bucketName, prefix, after, limit: Number(limit) } }
}

/** What a client gives as `after` to go on after this principal; null for none. */
export function reachToken(last: ListedPrincipal | undefined): string | null {
  if (last === undefined) return null
  const kind = last.kind === 'account' ? '' : last.kind
  return Buffer.from(JSON.stringify([last.accountId, kind, last.name])).toString('base64url')
}

/** Undefined for what is none of ours. */
function placeOf(token: string): PrincipalPlace | undefined {
  try {
    const place = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown
    if (!Array.isArray(place)) return undefined
    const [accountId, kind, name] = place as unknown[]
    const isKind = kind === '' || kind === 'user' || kind === 'role'
    return typeof accountId === 'string' && isKind && typeof name === 'string' ? { accountId, kind, name } : undefined
  } catch {
    return undefined
  }
}

/** A presigned request has its signature in the query. */
function unknownNames(query: URLSearchParams, known: string[], prefix?: string): string[] {
  return [...new Set(query.keys())]
    .filter((name) => !known.includes(name) && !/^x-amz-/i.test(name))
    .filter((name) => prefix === undefined || !name.startsWith(prefix))
    .map((name) => `there is no parameter ${JSON.stringify(name)} here`)
}
