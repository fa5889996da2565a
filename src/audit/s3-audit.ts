// What an answered S3 request leaves in the audit: nothing for a read that succeeded, which must not pay for it.
import { parseQuery } from '../s3/address.ts'
import { formHeaders } from '../s3/form-headers.ts'
import { withHoistedHeaders } from '../s3/hoisted-headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Query } from '../s3/operation.ts'
import type { AuditTrail } from './audit-trail.ts'

/** Operations that read by POST. */
const readsByPost: ReadonlySet<string> = new Set(['SelectObjectContent', 'SelectObjects'])

/** Query parameters that say what a request was about. Signatures and tokens are in the query too: nothing else is kept. */
const queryNames = ['uploadId', 'partNumber', 'prefix', 'delimiter', 'max-keys'] as const

/** Headers that say what a request was about. Keys of SSE-C and the like are headers too: nothing else is kept. */
const headerNames = [
  'content-length',
  'if-match',
  'if-none-match',
  'x-amz-acl',
  'x-amz-bucket-object-lock-enabled',
  'x-amz-bypass-governance-retention',
  'x-amz-copy-source',
  'x-amz-expected-bucket-owner',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-metadata-directive',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-ownership',
  'x-amz-rename-source',
  'x-amz-server-side-encryption',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-write-offset-bytes',
] as const

/** For the pipeline, once the answer is known. Never throws. */
export function auditExchange(exchange: Exchange, response: Response, trail: AuditTrail): void {
  const { error } = exchange
  if (error === null && !changesSomething(exchange)) return
  const { request, address, authenticated, access } = exchange
  const verdicts = access?.verdicts ?? []
  // The address is known before the signature is looked at, and a preflight has none.
  const isUnverified =
    error !== null && error.status < 500 && authenticated === null && address !== null && request.method !== 'OPTIONS'
  const answered = { verdicts, isUnverified, error }
  if (!trail.concerns('s3', answered, changesSomething(exchange))) return
  const query = queryOf(exchange)
  trail.write({
    service: 's3',
    request,
    requestId: exchange.requestId,
    now: exchange.now,
    identity: authenticated?.identity ?? null,
    operation: exchange.operation?.name ?? null,
    ...answered,
    bucket: address !== null && 'bucket' in address ? address.bucket : null,
    key: address?.level === 'object' ? address.key : (authenticated?.form?.fields.get('key') ?? null),
    versionId: query?.get('versionId') ?? response.headers.get('x-amz-version-id'),
    parameters: parametersOf(exchange, query),
    status: response.status,
  })
}

function changesSomething({ request: { method }, operation }: Exchange): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  return operation === null || !readsByPost.has(operation.name)
}

/** Null for a query that cannot be read; the request was refused for it. */
function queryOf({ url }: Exchange): Query | null {
  try {
    return parseQuery(url.query)
  } catch {
    return null
  }
}

function parametersOf(exchange: Exchange, query: Query | null): Record<string, string> {
  const parameters: Record<string, string> = {}
  const add = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined) parameters[name] = value
  }
  for (const name of queryNames) add(name, query?.get(name))
  const headers = headersOf(exchange, query)
  for (const name of headerNames) add(name, headers.get(name))
  return parameters
}

/** Those that counted: parameters of a presigned URL and fields of a form stand for headers. */
function headersOf({ request: { headers }, authenticated }: Exchange, query: Query | null): Headers {
  const form = authenticated?.form
  if (form === undefined) return query === null ? headers : withHoistedHeaders(headers, query)
  try {
    return formHeaders(form, headers)
  } catch {
    // A field that cannot be a header: the request was refused for it.
    return headers
  }
}
