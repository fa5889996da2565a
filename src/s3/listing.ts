// What the four listings of objects share: their parameters, their tokens and where the next page starts.
// No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
import { Buffer } from 'node:buffer'
import { assert } from '../assert.ts'
import { S3Error } from '../errors.ts'
import { listKeysMax } from '../limits.ts'
import { invalidArgument } from './invalid-argument.ts'
import { uriEncodePath } from './uri.ts'
import { element } from './xml.ts'
import type { ListEntry, ListPage, ListQuery } from '../store/store.ts'
import type { Query } from './operation.ts'
import type { Xml } from './xml.ts'

export interface ListParameters {
  /** Empty for none. */
  prefix: string
  /** Empty for none; any other string, of any length. */
  delimiter: string
  /** 0 to `listKeysMax`: what the page may hold, and what is echoed. */
  limit: number
  /** `url`: names go out percent-encoded. */
  encodingType: 'url' | null
}

/** AWS counts with 32 bits: beyond is no integer to it. */
const integerMax = 2 ** 31 - 1

/** Prefix, delimiter, encoding-type and the page size. Throws InvalidArgument. */
export function parseListParameters(query: Query, limitName: 'max-keys' | 'max-uploads'): ListParameters {
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: parseLimit(query.get(limitName), limitName),
    encodingType: parseEncodingType(query.get('encoding-type')),
  }
}

function parseLimit(value: string | null, name: 'max-keys' | 'max-uploads'): number {
  if (value === null || value === '') return listKeysMax
  const number = /^[+-]?\d{1,20}$/.test(value) ? Number(value) : Number.NaN
  if (Number.isNaN(number) || Math.abs(number) > integerMax) {
    throw invalidArgument(name, value, `Provided ${name} not an integer or within integer range`)
  }
  if (number < 0) {
    // AWS names this one as its own code does, not as the request did.
    const argument = name === 'max-keys' ? 'maxKeys' : name
    throw invalidArgument(argument, value, `Argument ${argument} must be an integer between 0 and ${integerMax}`)
  }
  return Math.min(number, listKeysMax)
}

function parseEncodingType(value: string | null): 'url' | null {
  if (value === null || value === 'url') return value
  throw invalidArgument('encoding-type', value, 'Invalid Encoding Method specified in Request')
}

/** x-amz-optional-object-attributes: nothing here is ever restored, so the one name there is adds nothing. */
export function checkOptionalAttributes(headers: Headers): void {
  const name = 'x-amz-optional-object-attributes'
  const value = headers.get(name)
  if (value === null || value === '') return
  const isKnown = value.split(',').every((attribute) => attribute.trim() === 'RestoreStatus')
  if (!isKnown) throw invalidArgument(name, value, 'Invalid attribute name specified')
}

// ── continuation tokens ──────────────────────────────────────────────────────────────────────────────────────────────

/** First character of what a token holds, so that a later form can be told from this one. */
const tokenVersion = '1'

/** The opaque, URL-safe token for a page that starts after this key, common prefix or bucket name. */
export function encodeToken(after: string): string {
  return Buffer.from(tokenVersion + after, 'utf8').toString('base64url')
}

/** What the page starts after. Throws InvalidArgument for anything `encodeToken` did not make. */
export function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  // Node reads base64 leniently and broken UTF-8 as U+FFFD: only a token that comes out as it went in is ours.
  if (text.startsWith(tokenVersion) && encodeToken(text.slice(tokenVersion.length)) === token) {
    return text.slice(tokenVersion.length)
  }
  throw new S3Error('InvalidArgument', {
    message: 'The continuation token provided is incorrect',
    fields: { ArgumentName: 'continuation-token' },
  })
}

// ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The page, or an empty one that says it is the last where the client asked for no keys at all. */
export async function listPage<T>(
  query: ListQuery,
  list: (query: ListQuery) => Promise<ListPage<T>>,
): Promise<ListPage<T>> {
  if (query.limit === 0) return { entries: [], isTruncated: false }
  const page = await list(query)
  assert(page.entries.length > 0 || !page.isTruncated, 'A page that is not the last brings the client on')
  return page
}

/** The last entry of a page that another follows; null for the last page. */
export function lastEntry<T>(page: ListPage<T>): ListEntry<T> | null {
  return page.isTruncated ? (page.entries.at(-1) ?? null) : null
}

/** The key or common prefix the next page starts after; null for the last page. */
export function nextKey(page: ListPage<{ key: string }>): string | null {
  const last = lastEntry(page)
  if (last === null) return null
  return last.kind === 'entry' ? last.entry.key : last.prefix
}

/** Encodes a name as the client wants it: percent-encoded, or as it is. Escaping for XML comes after. */
export type NameEncoder = (name: string) => string

export function nameEncoder(encodingType: 'url' | null): NameEncoder {
  return encodingType === 'url' ? uriEncodePath : (name) => name
}

/** `<Delimiter>` and `<EncodingType>`, each only where the client gave one. */
export function echoes({ delimiter, encodingType }: ListParameters): {
  delimiter: Xml | null
  encodingType: Xml | null
} {
  return {
    delimiter: delimiter === '' ? null : element('Delimiter', nameEncoder(encodingType)(delimiter)),
    encodingType: encodingType === null ? null : element('EncodingType', encodingType),
  }
}

/** One element, or none for null. */
export function optional(name: string, text: string | null): Xml | null {
  return text === null ? null : element(name, text)
}
