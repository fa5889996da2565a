// multipart/form-data: RFC 7578, RFC 2046 section 5.1, and what browsers make of it
// (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data). No I/O, no clock.

const carriageReturn = 0x0d
const lineFeed = 0x0a
const hyphen = 0x2d

/** RFC 2046 section 5.1.1: up to 70 of these characters, the last one no space. */
const boundaryPattern = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/

/** Whether a Content-Type is that of a form, whatever its parameters. */
export function isFormData(contentType: string | null): boolean {
  return contentType !== null && /^multipart\/form-data\s*(?:;|$)/i.test(contentType)
}

/** The boundary a form's Content-Type names; null without a usable one. */
export function formBoundary(contentType: string): string | null {
  if (!isFormData(contentType)) return null
  const boundary = parameters(contentType)?.get('boundary')
  return boundary !== undefined && boundaryPattern.test(boundary) ? boundary : null
}

/** What ends a part: the line end before the boundary belongs to it. */
export function formDelimiter(boundary: string): Uint8Array {
  return new TextEncoder().encode(`\r\n--${boundary}`)
}

/** The parts of a form up to the content of its file. */
export interface FormHead {
  /** In the order of the form, names as sent. */
  fields: readonly (readonly [name: string, value: string])[]
  /** Null: the form ends without one. */
  file: FormFilePart | null
}

export interface FormFilePart {
  /** As sent; empty for none. */
  filename: string
  /** Where its content begins. */
  start: number
}

export type FormHeadResult =
  | { outcome: 'parsed'; head: FormHead }
  /** The file does not begin within these bytes, and they are not all. */
  | { outcome: 'too-long' }
  | { outcome: 'malformed'; what: string }

export interface FormBytes {
  /** From the first byte of the body on. */
  bytes: Uint8Array
  /** No more will come. */
  isWhole: boolean
}

/** Reads a form up to its file: the part whose name is `fileField`, in any case. Linear in the bytes. */
export function parseFormHead({ bytes, isWhole }: FormBytes, boundary: string, fileField: string): FormHeadResult {
  const delimiter = formDelimiter(boundary)
  const fields: [name: string, value: string][] = []
  const unfinished: FormHeadResult = isWhole ? malformed('it ends within a part') : { outcome: 'too-long' }
  // The first boundary has no line end before it; what stands before that (RFC 2046: a preamble) is ignored.
  let at = startsWith(bytes, delimiter.subarray(2)) ? delimiter.length - 2 : after(bytes, 0, delimiter)
  if (at === -1) return isWhole ? malformed('it has no boundary') : unfinished
  for (;;) {
    if (isClosing(bytes, at)) return { outcome: 'parsed', head: { fields, file: null } }
    const line = lineAfterBoundary(bytes, at)
    if (line === null) return bytes.length - at < 2 ? unfinished : malformed('text follows a boundary')
    const header = partHeader(bytes, line)
    if (header === null) return unfinished
    if ('what' in header) return malformed(header.what)
    if (header.name.toLowerCase() === fileField) {
      return { outcome: 'parsed', head: { fields, file: { filename: header.filename, start: header.end } } }
    }
    const end = findDelimiter(bytes, header.end, delimiter)
    if (end === -1) return unfinished
    const value = utf8Text(bytes.subarray(header.end, end))
    if (value === null) return malformed('a field is not UTF-8')
    fields.push([header.name, value])
    at = end + delimiter.length
  }
}

/**
 * Where the delimiter begins, or -1; it may lie there in part at the end. Looks at no byte more than twice, whatever the
 * bytes are: a delimiter has no second carriage return, so that none is skipped by going on where a comparison failed.
 */
export function findDelimiter(bytes: Uint8Array, from: number, delimiter: Uint8Array): number {
  let at = from
  for (;;) {
    at = nextCarriageReturn(bytes, at)
    if (at === -1 || at + delimiter.length > bytes.length) return -1
    let matched = 1
    while (matched < delimiter.length && bytes[at + matched] === delimiter[matched]) matched++
    if (matched === delimiter.length) return at
    at += matched
  }
}

/** The file's own name: what follows the last slash or backslash of a path. */
export function baseName(filename: string): string {
  return filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
}

/** What stands after a boundary: `--` ends the form, a line end begins a part, anything else is neither. */
export function isClosing(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === hyphen && bytes[at + 1] === hyphen
}

/** Where the line after a boundary begins; null when the boundary's own line holds anything but spaces. */
export function lineAfterBoundary(bytes: Uint8Array, at: number): number | null {
  let end = at
  while (bytes[end] === 0x20 || bytes[end] === 0x09) end++
  return bytes[end] === carriageReturn && bytes[end + 1] === lineFeed ? end + 2 : null
}

// Looking for it a byte at a time is faster where they are many, the built-in search where they are few.
const nearBytes = 32

function nextCarriageReturn(bytes: Uint8Array, from: number): number {
  const near = Math.min(from + nearBytes, bytes.length)
  for (let at = from; at < near; at++) if (bytes[at] === carriageReturn) return at
  return near === bytes.length ? -1 : bytes.indexOf(carriageReturn, near)
}

function malformed(what: string): FormHeadResult {
  return { outcome: 'malformed', what }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((octet, index) => bytes[index] === octet)
}

function after(bytes: Uint8Array, from: number, delimiter: Uint8Array): number {
  const at = findDelimiter(bytes, from, delimiter)
  return at === -1 ? -1 : at + delimiter.length
}

interface PartHeader {
  name: string
  filename: string
  /** Where the part's content begins. */
  end: number
}

/** The header lines of a part; null when they do not end within the bytes. */
function partHeader(bytes: Uint8Array, start: number): PartHeader | { what: string } | null {
  let at = start
  let found: { name: string; filename: string } | null = null
  for (;;) {
    const end = lineEnd(bytes, at)
    if (end === -1) return null
    if (end === at) break
    const line = utf8Text(bytes.subarray(at, end))
    if (line === null) return { what: 'the header of a part is not UTF-8' }
    const disposition = /^content-disposition\s*:(.*)$/is.exec(line)?.[1]
    if (disposition !== undefined) found = parseDisposition(disposition)
    at = end + 2
  }
  return found === null ? { what: 'a part has no name' } : { ...found, end: at + 2 }
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    at = nextCarriageReturn(bytes, at)
    if (at === -1 || at + 1 >= bytes.length) return -1
    if (bytes[at + 1] === lineFeed) return at
    at++
  }
}

function parseDisposition(text: string): { name: string; filename: string } | null {
  if (!/^\s*form-data\s*;/i.test(text)) return null
  const found = parameters(text)
  const name = found?.get('name')
  if (found === null || name === undefined) return null
  const filename = extendedValue(found.get('filename*')) ?? found.get('filename') ?? ''
  return { name: unescaped(name), filename: unescaped(filename) }
}

/** The parameters after the first `;`, by lower-case name; null where they are no parameters. */
function parameters(text: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>()
  const rest = text.slice(text.indexOf(';') + 1)
  // A quoted value keeps its backslashes, but before a quote: browsers escape neither, other clients that one.
  const pattern = /\s*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\"|\\)*?)"|([^\s;"]*))\s*)?(?:;|$)/y
  while (pattern.lastIndex < rest.length) {
    const match = pattern.exec(rest)
    if (match === null) return null
    const [, name, quoted, plain] = match
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (!found.has(key)) found.set(key, quoted?.replaceAll('\\"', '"') ?? plain ?? '')
  }
  return found
}

/** RFC 8187: `UTF-8''%e2%82%ac`. Null for another charset, or none. */
function extendedValue(value: string | undefined): string | null {
  const encoded = value === undefined ? undefined : /^utf-8'[^']*'(.*)$/i.exec(value)?.[1]
  if (encoded === undefined) return null
  try {
    return decodeURIComponent(encoded)
  } catch {
    return null
  }
}

/** The three characters that browsers percent-encode in names, and no others. */
function unescaped(name: string): string {
  return name.replaceAll(/%22|%0D|%0A/gi, (escape) => decodeURIComponent(escape))
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
