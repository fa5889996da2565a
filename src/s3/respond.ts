// S3Response | S3Error → Response. No I/O.
import type { S3Error } from '../errors.ts'
import { formatHttpDate } from '../http/date.ts'
import type { S3Response } from './operation.ts'
import { hostId } from '../http/request-id.ts'
import { controlNamespace, element, xmlDeclaration, type Xml } from './xml.ts'

/** What an answer says of its request. */
export interface ResponseFacts {
  method: string
  requestId: string
  /** The raw path, for `<Resource>`. */
  resource: string
  /** A request to the S3 Control API, which writes errors another way. */
  isControl?: boolean
  /** CORS headers for the origin that asks; null when there are none to send. */
  cors: Record<string, string> | null
  /** Milliseconds since 1970. */
  now: number
}

/**
 * The answer of an operation. A string body is XML. Every answer carries the two request ids, Date and Server; nothing
 * is ever compressed on the way out (`encodeBody: 'manual'`), so that lengths, ranges and stored encodings stay true.
 *
 * Streams go out as they are: Content-Length is sent only for one whose length the runtime knows. Whoever makes the
 * stream sees to that: the store hands out a subrequest's body, a `FixedLengthStream`, or a stream made with
 * `expectedLength`. On HEAD the length comes from `contentLength`, or from the body it would have had.
 */
export function respond(response: S3Response, facts: ResponseFacts): Response {
  const { status, body = null } = response
  const headers = baseHeaders(facts)
  if (typeof body === 'string') headers['content-type'] = 'application/xml'
  Object.assign(headers, response.headers, facts.cors)
  if (facts.method === 'HEAD' || isBodiless(status)) {
    const length = response.contentLength ?? knownLength(body)
    if (length !== null && facts.method === 'HEAD' && !isBodiless(status)) headers['content-length'] = String(length)
    return new Response(null, { status, headers, encodeBody: 'manual' })
  }
  return new Response(body, { status, headers, encodeBody: 'manual' })
}

/** The answer for an error: AWS's XML, or headers alone on HEAD and 304. */
export function respondError(error: S3Error, facts: ResponseFacts): Response {
  const headers = baseHeaders(facts)
  Object.assign(headers, error.headers, facts.cors)
  if (isBodiless(error.status)) {
    return new Response(null, { status: error.status, headers, encodeBody: 'manual' })
  }
  headers['content-type'] = 'application/xml'
  if (facts.method === 'HEAD') {
    // There is no body to say it in. AWS uses this header for errors of website endpoints.
    headers['x-amz-error-code'] = error.code
    return new Response(null, { status: error.status, headers, encodeBody: 'manual' })
  }
  const body = facts.isControl === true ? controlErrorXml(error, facts) : errorXml(error, facts)
  return new Response(body, { status: error.status, headers, encodeBody: 'manual' })
}

/** `<Error>` with its code, message and fields; no namespace, as on AWS. */
export function errorXml(error: S3Error, facts: { resource: string; requestId: string }): string {
  return xmlDeclaration + errorElement(error, facts)
}

/** `<ErrorResponse>`, in which S3 Control wraps an error. */
function controlErrorXml(error: S3Error, { requestId }: { requestId: string }): string {
  const fields = Object.entries(error.fields).map(([name, text]) => element(name, text))
  const inner = element('Error', [element('Code', error.code), element('Message', error.message), ...fields])
  const content = [inner, element('RequestId', requestId), element('HostId', hostId())]
  return xmlDeclaration + element('ErrorResponse', content, { xmlns: controlNamespace })
}

/** The same without the declaration, for an error that follows a 200 already sent (Complete, CopyObject). */
export function errorElement(error: S3Error, { resource, requestId }: { resource: string; requestId: string }): Xml {
  const children = [element('Code', error.code), element('Message', error.message)]
  for (const name in error.fields) children.push(element(name, error.fields[name] ?? ''))
  if (!('Resource' in error.fields)) children.push(element('Resource', resource))
  children.push(element('RequestId', requestId), element('HostId', hostId()))
  return element('Error', children)
}

function baseHeaders({ requestId, now }: ResponseFacts): Record<string, string> {
  return {
    'x-amz-request-id': requestId,
    'x-amz-id-2': hostId(),
    date: httpDate(now),
    server: 'Edgeshard',
  }
}

/** RFC 9110 section 6.4.1. */
function isBodiless(status: number): boolean {
  return status === 204 || status === 304
}

function knownLength(body: S3Response['body']): number | null {
  if (typeof body === 'string') return new TextEncoder().encode(body).length
  return body instanceof Uint8Array ? body.length : null
}

let dateSecond = -1
let dateText = ''

/** The Date header, written once per second. */
function httpDate(now: number): string {
  const second = Math.floor(now / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = formatHttpDate(now)
  }
  return dateText
}
