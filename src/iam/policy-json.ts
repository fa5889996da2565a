// JSON as policies are written in, read strictly: RFC 8259, no name twice in an object, bounded depth. Numbers keep their
// text and every value its place, so that a policy can be shown and compared as it was written. Members are pairs in a
// list, never properties: a name such as `__proto__` is only a name. No I/O, no clock.
// https://www.rfc-editor.org/rfc/rfc8259

/** Half-open: offsets of the first character and of the one after the last. */
interface Span {
  start: number
  end: number
}

export interface JsonMember {
  name: string
  value: JsonValue
}

export type JsonValue = Span &
  (
    | { type: 'object'; members: readonly JsonMember[] }
    | { type: 'array'; items: readonly JsonValue[] }
    | { type: 'string'; text: string }
    /** As written: `1e2` stays `1e2`. */
    | { type: 'number'; text: string }
    | { type: 'boolean'; text: 'true' | 'false' }
    | { type: 'null' }
  )

export type JsonResult =
  | { outcome: 'read'; value: JsonValue }
  /** `syntax`: not JSON; `duplicate`: an object with the same name twice. */
  | { outcome: 'refused'; reason: 'syntax' | 'duplicate'; name: string; at: number }

/** A policy needs six levels: document, statements, statement, condition, operator, values. */
const depthMax = 16

/** Reads one value with nothing but white space around it. Linear in the length of the text. */
export function readJson(text: string): JsonResult {
  const reader = new Reader(text)
  try {
    return { outcome: 'read', value: reader.document() }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { outcome: 'refused', reason: error.reason, name: error.duplicate, at: reader.at }
  }
}

/** Leaves the recursion; never leaves this file. */
class Refusal extends Error {
  readonly reason: 'syntax' | 'duplicate'
  readonly duplicate: string

  constructor(reason: 'syntax' | 'duplicate', duplicate = '') {
    super(reason)
    this.reason = reason
    this.duplicate = duplicate
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

/** Neither quote nor backslash nor control character, nor the end of the text (NaN). */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x5c
}

class Reader {
  readonly #text: string
  at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    const value = this.#value(0)
    this.#skipSpace()
    if (this.at !== this.#text.length) throw new Refusal('syntax')
    return value
  }

  #value(depth: number): JsonValue {
    if (depth > depthMax) throw new Refusal('syntax')
    this.#skipSpace()
    const start = this.at
    switch (this.#text.charAt(start)) {
      case '{':
        return { type: 'object', members: this.#members(depth), start, end: this.at }
      case '[':
        return { type: 'array', items: this.#items(depth), start, end: this.at }
      case '"':
        return { type: 'string', text: this.#string(), start, end: this.at }
      case 't':
        return { type: 'boolean', text: this.#word('true'), start, end: this.at }
      case 'f':
        return { type: 'boolean', text: this.#word('false'), start, end: this.at }
      case 'n':
        this.#word('null')
        return { type: 'null', start, end: this.at }
      default:
        return { type: 'number', text: this.#number(), start, end: this.at }
    }
  }

  #members(depth: number): JsonMember[] {
    const members: JsonMember[] = []
    const names = new Set<string>()
    this.at++
    if (this.#next('}')) return members
    do {
      this.#skipSpace()
      if (this.#text[this.at] !== '"') throw new Refusal('syntax')
      const name = this.#string()
      if (names.has(name)) throw new Refusal('duplicate', name)
      names.add(name)
      if (!this.#next(':')) throw new Refusal('syntax')
      members.push({ name, value: this.#value(depth + 1) })
    } while (this.#next(','))
    if (!this.#next('}')) throw new Refusal('syntax')
    return members
  }

  #items(depth: number): JsonValue[] {
    const items: JsonValue[] = []
    this.at++
    if (this.#next(']')) return items
    do items.push(this.#value(depth + 1))
    while (this.#next(','))
    if (!this.#next(']')) throw new Refusal('syntax')
    return items
  }

  #string(): string {
    let text = ''
    this.at++
    for (;;) {
      const start = this.at
      while (isPlain(this.#text.charCodeAt(this.at))) this.at++
      text += this.#text.slice(start, this.at)
      const character = this.#text[this.at]
      this.at++
      if (character === '"') return text
      if (character !== '\\') throw new Refusal('syntax')
      text += this.#escape()
    }
  }

  #escape(): string {
    const letter = this.#text[this.at] ?? ''
    this.at++
    if (letter !== 'u') {
      const character = escapes.get(letter)
      if (character === undefined) throw new Refusal('syntax')
      return character
    }
    const digits = this.#text.slice(this.at, this.at + 4)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Refusal('syntax')
    this.at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #number(): string {
    numberPattern.lastIndex = this.at
    const text = numberPattern.exec(this.#text)?.[0]
    if (text === undefined) throw new Refusal('syntax')
    this.at += text.length
    return text
  }

  #word<Word extends string>(word: Word): Word {
    if (!this.#text.startsWith(word, this.at)) throw new Refusal('syntax')
    this.at += word.length
    return word
  }

  /** Steps over a character when it comes next. */
  #next(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.at] !== character) return false
    this.at++
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }
}
