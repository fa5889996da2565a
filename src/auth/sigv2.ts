// AWS Signature Version 2, by AWS's names. No I/O, no clock, no request object: strings in, strings out.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
import { utf8 } from './sigv4.ts'

export interface StringToSignParts {
  method: string
  contentMd5: string
  contentType: string
  /** The Date header; empty beside x-amz-date; seconds since 1970 for a presigned URL. */
  date: string
  /** As `canonicalizedAmzHeaders` gives it. */
  amzHeaders: string
  /** As `canonicalizedResource` gives it. */
  resource: string
}

export function stringToSignV2(parts: StringToSignParts): string {
  const { method, contentMd5, contentType, date, amzHeaders, resource } = parts
  return `${method}\n${contentMd5}\n${contentType}\n${date}\n${amzHeaders}${resource}`
}

/** `x-amz-…` headers with lower-case names and values, sorted, a line each; a repeated one joined by commas. */
export function canonicalizedAmzHeaders(headers: Iterable<readonly [name: string, value: string]>): string {
  const lines = [...headers].map(([name, value]) => [name, value.trim()] as const)
  return lines
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('')
}

/**
 * Query parameters that belong to the resource. AWS's list and those of its SDKs, and every parameter that makes another
 * operation of a request: one that was not signed could turn a presigned PutObject into a PutObjectTagging.
 */
export const subresources: ReadonlySet<string> = new Set([
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'annotation',
  'annotationName',
  'attributes',
  'cors',
  'defaultObjectAcl',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'retention',
  'select',
  'select-type',
  'session',
  'storageClass',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
])

/**
 * The resource: bucket of a virtual-hosted request, path as it was sent, sub-resources sorted, their values decoded.
 * `decode` undoes the percent-encoding of a query value.
 */
export function canonicalizedResource(
  hostBucket: string | null,
  rawPath: string,
  rawQuery: string,
  decode: (text: string) => string,
): string {
  const path = `${hostBucket === null ? '' : `/${hostBucket}`}${rawPath}`
  const found: [name: string, text: string][] = []
  for (const pair of rawQuery.split('&')) {
    const at = pair.indexOf('=')
    const name = at === -1 ? pair : pair.slice(0, at)
    if (!subresources.has(name)) continue
    found.push([name, at === -1 ? name : `${name}=${decode(pair.slice(at + 1))}`])
  }
  if (found.length === 0) return path
  found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `${path}?${found.map(([, text]) => text).join('&')}`
}

/** HMAC-SHA1 with the secret itself. */
export function sha1Key(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', utf8(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign', 'verify'])
}

/** Base64. */
export async function signatureV2(key: CryptoKey, toSign: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(toSign)))
  return btoa(String.fromCharCode(...bytes))
}

/** Compares in constant time (WebCrypto's `verify`). Anything but the Base64 of 20 bytes is simply wrong. */
export async function signatureV2Matches(key: CryptoKey, toSign: string, provided: string): Promise<boolean> {
  if (!/^[A-Za-z0-9+/]{27}=$/.test(provided)) return false
  const text = atob(provided)
  // Unused bits of the last character: one signature has one spelling.
  if (btoa(text) !== provided) return false
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  return crypto.subtle.verify('HMAC', key, bytes, utf8(toSign))
}
