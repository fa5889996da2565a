// Cross-origin resource sharing: the CORSConfiguration document, and which rule answers a request.
// No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
import { listMembers } from '../http/headers.ts'
import { S3Error } from '../errors.ts'
import { corsBytesMax, corsRulesMax } from '../limits.ts'
import { utf8Length } from './address.ts'
import { requiredDocument } from './required-document.ts'
import { childElements, childText, element, xmlDocument } from './xml.ts'
import type { XmlElement } from './xml.ts'

export interface CorsRule {
  id: string | null
  /** Each may hold one `*`. */
  allowedOrigins: string[]
  allowedMethods: string[]
  /** Each may hold one `*`; compared without regard to case. */
  allowedHeaders: string[]
  exposeHeaders: string[]
  maxAgeSeconds: number | null
}

/** What a browser says of the request it makes or wants to make. */
export interface CorsRequest {
  /** The Origin header; null without one: no CORS then. */
  origin: string | null
  /** The method that is to be allowed. */
  method: string
  /** Access-Control-Request-Headers. */
  requestHeaders: string | null
}

/** Set on every answer that depends on the Origin header. */
const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

/** The CORS side of an actual request: one that names a method to be allowed means that one, as on AWS. */
export function corsRequestOf(method: string, headers: Headers): CorsRequest {
  return {
    origin: headers.get('origin'),
    method: headers.get('access-control-request-method') ?? method,
    requestHeaders: headers.get('access-control-request-headers'),
  }
}

/**
 * The headers that let the origin see the answer; null when no rule fits, or when no origin asks. `config` is the
 * bucket's `cors` configuration as stored. The first rule that fits counts.
 */
export function corsHeaders(config: string | undefined, request: CorsRequest): Record<string, string> | null {
  const { origin, method } = request
  if (config === undefined || origin === null) return null
  const wanted = headerNames(request.requestHeaders)
  for (const rule of readCorsRules(config)) {
    if (!rule.allowedMethods.includes(method)) continue
    const pattern = rule.allowedOrigins.find((allowed) => matches(patternOf(allowed), origin))
    if (pattern === undefined || !allowsHeaders(rule, wanted)) continue
    return ruleHeaders(rule, { origin, pattern, wanted })
  }
  return null
}

function ruleHeaders(
  rule: CorsRule,
  { origin, pattern, wanted }: { origin: string; pattern: string; wanted: string[] },
): Record<string, string> {
  const isForAll = pattern === '*'
  const headers: Record<string, string> = {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
  }
  if (wanted.length > 0) headers['access-control-allow-headers'] = wanted.join(', ')
  if (rule.exposeHeaders.length > 0) headers['access-control-expose-headers'] = rule.exposeHeaders.join(', ')
  if (rule.maxAgeSeconds !== null) headers['access-control-max-age'] = String(rule.maxAgeSeconds)
  // A browser sends credentials only to who names its origin.
  if (!isForAll) headers['access-control-allow-credentials'] = 'true'
  headers.vary = vary
  return headers
}

/** Names of Access-Control-Request-Headers, lower case, in order. */
function headerNames(list: string | null): string[] {
  return listMembers((list ?? '').toLowerCase())
}

function allowsHeaders({ allowedHeaders }: CorsRule, names: string[]): boolean {
  if (names.length === 0) return true
  // Taken to pieces once: a document and a header can name thousands each.
  const patterns = allowedHeaders.map((pattern) => patternOf(pattern.toLowerCase()))
  return names.every((name) => patterns.some((pattern) => matches(pattern, name)))
}

/** What stands before and after the one `*` of `http://*.example.com`; `after` is null where there is none. */
interface Pattern {
  before: string
  after: string | null
}

function patternOf(text: string): Pattern {
  const star = text.indexOf('*')
  return star < 0 ? { before: text, after: null } : { before: text.slice(0, star), after: text.slice(star + 1) }
}

/** The `*` is any run of characters, also none. */
function matches({ before, after }: Pattern, text: string): boolean {
  if (after === null) return before === text
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
}

// ── preflight ────────────────────────────────────────────────────────────────────────────────────────────────────────

const methods = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])

/** Characters of a header name: RFC 9110 section 5.6.2, and the `*` of a pattern is one of them. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]*$/

/** A preflight's method and headers. Throws BadRequest with AWS's message. */
export function checkPreflight(request: { method: string | null; requestHeaders: string | null }): string {
  const { method, requestHeaders } = request
  if (method === null || !methods.has(method)) {
    throw new S3Error('BadRequest', { message: `Invalid Access-Control-Request-Method: ${method}` })
  }
  for (const name of headerNames(requestHeaders)) {
    if (token.test(name)) continue
    const message = `Access-Control-Request-Headers "${name}" contains invalid character.`
    throw new S3Error('BadRequest', { message })
  }
  return method
}

// ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The stored form is these rules as JSON. */
export function readCorsRules(config: string): CorsRule[] {
  return JSON.parse(config) as CorsRule[]
}

/** The rules of a CORSConfiguration. Throws MalformedXML, InvalidRequest and MaxMessageLengthExceeded. */
export function parseCorsDocument(xml: XmlElement | null, text: string): CorsRule[] {
  if (utf8Length(text) > corsBytesMax) {
    throw new S3Error('MaxMessageLengthExceeded', { fields: { MaxMessageLengthBytes: String(corsBytesMax) } })
  }
  const rules = childElements(requiredDocument(xml, 'CORSConfiguration'), 'CORSRule')
  if (rules.length === 0) throw malformed('No CORSRule')
  if (rules.length > corsRulesMax) {
    throw invalid(`The number of CORS rules should not exceed allowed limit of ${corsRulesMax} rules.`)
  }
  return rules.map(parseRule)
}

function parseRule(rule: XmlElement): CorsRule {
  const parsed = {
    id: childText(rule, 'ID'),
    allowedOrigins: texts(rule, 'AllowedOrigin'),
    allowedMethods: texts(rule, 'AllowedMethod'),
    allowedHeaders: texts(rule, 'AllowedHeader'),
    exposeHeaders: texts(rule, 'ExposeHeader'),
    maxAgeSeconds: parseMaxAge(childText(rule, 'MaxAgeSeconds')),
  }
  if (parsed.allowedOrigins.length === 0 || parsed.allowedMethods.length === 0) {
    throw malformed('A rule without AllowedOrigin or AllowedMethod')
  }
  if (Array.from(parsed.id ?? '').length > idCharsMax) throw malformed('The ID is too long')
  for (const method of parsed.allowedMethods) {
    if (methods.has(method)) continue
    throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`)
  }
  for (const origin of parsed.allowedOrigins) checkWildcards('AllowedOrigin', origin)
  for (const name of parsed.allowedHeaders) {
    checkWildcards('AllowedHeader', name)
    checkToken('AllowedHeader', name)
  }
  for (const name of parsed.exposeHeaders) {
    if (name.includes('*')) {
      throw invalid(`ExposeHeader "${name}" contains wildcard. We currently do not support wildcard for ExposeHeader.`)
    }
    checkToken('ExposeHeader', name)
  }
  return parsed
}

/** AWS CORSRule: "The value cannot be longer than 255 characters." */
const idCharsMax = 255

function texts(rule: XmlElement, name: string): string[] {
  return childElements(rule, name).map(({ text }) => text)
}

function parseMaxAge(text: string | null): number | null {
  if (text === null) return null
  if (!/^\d{1,10}$/.test(text)) throw malformed('MaxAgeSeconds')
  return Number(text)
}

function checkWildcards(name: string, value: string): void {
  if (value.indexOf('*') === value.lastIndexOf('*')) return
  throw invalid(`${name} "${value}" can not have more than one wildcard.`)
}

function checkToken(name: string, value: string): void {
  if (!token.test(value)) throw invalid(`${name} "${value}" contains invalid character.`)
}

function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason })
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', { message })
}

/** `<CORSConfiguration>` with every element as it was given. */
export function corsDocument(rules: CorsRule[]): string {
  return xmlDocument(
    'CORSConfiguration',
    rules.map((rule) =>
      element('CORSRule', [
        rule.id === null ? null : element('ID', rule.id),
        ...rule.allowedHeaders.map((name) => element('AllowedHeader', name)),
        ...rule.allowedMethods.map((method) => element('AllowedMethod', method)),
        ...rule.allowedOrigins.map((origin) => element('AllowedOrigin', origin)),
        ...rule.exposeHeaders.map((name) => element('ExposeHeader', name)),
        rule.maxAgeSeconds === null ? null : element('MaxAgeSeconds', rule.maxAgeSeconds),
      ]),
    ),
  )
}
