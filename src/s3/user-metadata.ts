// x-amz-meta-…: limits, and RFC 2047 for what is not US-ASCII. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
import { S3Error } from '../errors.ts'
import { userMetadataBytesMax } from '../limits.ts'

const prefix = 'x-amz-meta-'
const utf8 = new TextEncoder()

/** The user metadata among request headers, decoded. Throws MetadataTooLarge beyond 2 KB of names and values. */
export function parseUserMetadata(headers: Headers): Record<string, string> {
  const metadata: [string, string][] = []
  let size = 0
  for (const [name, raw] of headers) {
    if (!name.startsWith(prefix)) continue
    const value = decodeWords(raw)
    size += utf8.encode(name.slice(prefix.length)).length + utf8.encode(value).length
    metadata.push([name, value])
  }
  if (size <= userMetadataBytesMax) return Object.fromEntries(metadata)
  throw new S3Error('MetadataTooLarge', {
    fields: { Size: String(size), MaxSizeAllowed: String(userMetadataBytesMax) },
  })
}

/**
 * User metadata among stored headers as response headers. A value with anything but printable US-ASCII goes out as an
 * RFC 2047 word; a name no HTTP header can have is counted in x-amz-missing-meta.
 */
export function userMetadataHeaders(stored: Record<string, string>): Record<string, string> {
  const headers: Record<string, string> = {}
  let missing = 0
  for (const [name, value] of Object.entries(stored)) {
    if (!name.startsWith(prefix)) continue
    if (isToken(name)) headers[name] = encodeWord(value)
    else missing++
  }
  if (missing > 0) headers['x-amz-missing-meta'] = String(missing)
  return headers
}

/** RFC 9110 section 5.6.2. */
function isToken(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)
}

/** The value itself, or as an RFC 2047 word where it has anything but printable US-ASCII. */
export function encodeWord(value: string): string {
  return /^[\u0020-\u007E]*$/.test(value) ? value : `=?UTF-8?B?${toBase64(utf8.encode(value))}?=`
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Replaces the encoded words of a value; what is no well-formed word stays as it is. */
function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  return value
    .replaceAll(/(\?=)\s+(?==\?)/g, '$1') // Space between two encoded words is not text: RFC 2047 section 6.2.
    .replaceAll(
      /=\?(utf-8|us-ascii|iso-8859-1)\?([BQ])\?([^?\s]*)\?=/gi,
      (word, charset: string, encoding, encoded) => {
        const octets = decodeWord(String(encoding), String(encoded))
        // Its octets are the characters of ISO 8859-1.
        if (octets === null || charset.toLowerCase() === 'iso-8859-1') return octets ?? word
        return new TextDecoder().decode(Uint8Array.from(octets, (character) => character.charCodeAt(0)))
      },
    )
}

/** One character for each octet; null for what is no Base64. */
function decodeWord(encoding: string, encoded: string): string | null {
  if (encoding.toUpperCase() !== 'B') {
    return encoded
      .replaceAll('_', ' ')
      .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
  try {
    return atob(encoded)
  } catch {
    return null
  }
}
