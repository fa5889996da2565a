// Entity tags. RFC 9110 section 8.8.3. No I/O, no clock.

/** An entity tag without its quotes. */
export interface EntityTag {
  tag: string
  isWeak: boolean
}

/** `*`, or the tags of an If-Match or If-None-Match header. */
export type EntityTags = '*' | EntityTag[]

/**
 * Reads a list of entity tags. Tolerant, as clients are: a tag may lack its quotes (`If-Match: abc`), and a quote may be
 * missing at the end. Linear in the length.
 */
export function parseEntityTags(header: string): EntityTags {
  if (header.trim() === '*') return '*'
  const tags: EntityTag[] = []
  let position = 0
  while (position < header.length) {
    const character = header[position]
    if (character === ' ' || character === '\t' || character === ',') {
      position++
      continue
    }
    const isWeak = header.startsWith('W/', position)
    if (isWeak) position += 2
    // A quoted tag may hold commas: it ends at its quote.
    const isQuoted = header[position] === '"'
    if (isQuoted) position++
    const found = header.indexOf(isQuoted ? '"' : ',', position)
    const end = found < 0 ? header.length : found
    tags.push({ tag: isQuoted ? header.slice(position, end) : header.slice(position, end).trim(), isWeak })
    position = end + 1
  }
  return tags
}

/** Strong comparison, for If-Match and every write: a weak tag never matches. `etag` without quotes. */
export function matchesStrongly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some(({ tag, isWeak }) => !isWeak && tag === etag)
}

/** Weak comparison, for If-None-Match of a read: `W/"a"` matches `"a"`. */
export function matchesWeakly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some(({ tag }) => tag === etag)
}

/** `"abc"` and `abc` are `abc`. */
export function unquoteEntityTag(text: string): string {
  const trimmed = text.trim()
  return trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed
}

/** `abc` is `"abc"`. */
export function quoteEntityTag(etag: string): string {
  return `"${etag}"`
}
