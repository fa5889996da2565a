// Percent-encoding as S3 does it: RFC 3986, UTF-8, upper-case hexadecimal. No I/O, no clock.

// encodeURIComponent leaves these five, RFC 3986 reserves them.
const leftOver = /[!'()*]/g

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Everything but A-Z a-z 0-9 - . _ ~ is encoded, the slash too: a query parameter in a canonical request. */
export function uriEncode(text: string): string {
  // A lone surrogate (which no decoder of ours lets through) would make encodeURIComponent throw.
  return encodeURIComponent(text.toWellFormed()).replace(leftOver, percent)
}

/**
 * As `uriEncode`, with slashes kept: a canonical path, and every value of a listing with `encoding-type=url`
 * (`foo+1/a b` is `foo%2B1/a%20b`, which decodes alike whether or not the client takes `+` for a space).
 */
export function uriEncodePath(path: string): string {
  return plain.test(path) ? path : uriEncode(path).replaceAll('%2F', '/')
}

const plain = /^[A-Za-z0-9\-._~/]*$/

/** Percent-decodes once, as UTF-8; `+` stays. Null for a broken escape or invalid UTF-8. */
export function uriDecode(text: string): string | null {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
