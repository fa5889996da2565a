// Cuts a statement into tokens, one at a time. No I/O, no clock.
import type { S3ErrorCode } from '../../errors.ts'
import type { Dialect } from '../request.ts'
import { statementError } from './statement-error.ts'

export interface Token {
  /** `word`: a keyword or an unquoted name. `ion`: what stands between backticks, a timestamp. */
  type: 'word' | 'quoted' | 'string' | 'number' | 'ion' | 'operator' | 'punctuation' | 'end'
  /** The value of names and strings, without their quotes; otherwise as written. */
  text: string
  /** Of words: in capitals. Otherwise as `text`. */
  upper: string
  position: number
  /** Exclusive. */
  end: number
}

const space = /[ \t\n\r\v\f]+/y
const awsWord = /[A-Za-z_$][A-Za-z0-9_$]*/y
const word = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/uy
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const afterNumber = /[\p{L}\p{N}_$.]/uy
// Longest first. What is no operator of the language is refused as a whole, so that `==` is not taken for two.
const operator = /[!<>=|&~]+|[-+*/%^]/y
const operators = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', '||', '+', '-', '*', '/', '%', '^', '<<', '>>'])
const punctuation = '()[]{},.;:?@'

// https://amazon-ion.github.io/ion-docs/docs/spec.html#timestamp
const ionTimestamp =
  /^(?:\d{4}T|\d{4}-\d\dT|\d{4}-\d\d-\d\dT?|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))$/

export class Lexer {
  readonly text: string
  readonly #word: RegExp
  #at = 0

  constructor(text: string, dialect: Dialect) {
    this.text = text
    this.#word = dialect === 'aws' ? awsWord : word
  }

  /** The next token; `end` for ever after the last. Throws the Lexer codes. */
  next(): Token {
    this.#skipBlanks()
    const position = this.#at
    const first = this.text[position]
    if (first === undefined) return this.#token('end', position, '')
    if (first === "'") return this.#quoted('string', "'")
    if (first === '"') return this.#quoted('quoted', '"')
    if (first === '`') return this.#ion()
    if (this.#match(number) !== null) return this.#number(position)
    const text = this.#match(this.#word)
    if (text !== null) return { ...this.#token('word', position, text), upper: text.toUpperCase() }
    if (punctuation.includes(first)) {
      this.#at++
      return this.#token('punctuation', position, first)
    }
    return this.#operator(position)
  }

  #token(type: Token['type'], position: number, text: string): Token {
    return { type, text, upper: text, position, end: this.#at }
  }

  /** Moves past a match here; null, and no move, without one. */
  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.text)?.[0] ?? null
    if (match !== null) this.#at += match.length
    return match
  }

  #skipBlanks(): void {
    for (;;) {
      const from = this.#at
      this.#match(space)
      if (this.text.startsWith('--', this.#at)) {
        const end = this.text.indexOf('\n', this.#at)
        this.#at = end === -1 ? this.text.length : end + 1
      } else if (this.text.startsWith('/*', this.#at)) {
        const end = this.text.indexOf('*/', this.#at + 2)
        if (end === -1) throw this.#fault('LexerInvalidChar', this.#at)
        this.#at = end + 2
      }
      if (this.#at === from) return
    }
  }

  /** A string or a quoted name: the quote is doubled within. */
  #quoted(type: 'string' | 'quoted', quote: string): Token {
    const position = this.#at
    let from = position + 1
    let value = ''
    for (;;) {
      const end = this.text.indexOf(quote, from)
      if (end === -1) throw this.#fault('LexerInvalidLiteral', position)
      value += this.text.slice(from, end)
      from = end + 1
      if (this.text[from] !== quote) break
      value += quote
      from++
    }
    this.#at = from
    return this.#token(type, position, value)
  }

  /** Only timestamps: the other values of Ion have forms without backticks. */
  #ion(): Token {
    const position = this.#at
    const end = this.text.indexOf('`', position + 1)
    const value = this.text.slice(position + 1, end).trim()
    if (end === -1 || !ionTimestamp.test(value)) throw this.#fault('LexerInvalidIONLiteral', position)
    this.#at = end + 1
    return this.#token('ion', position, value)
  }

  #number(position: number): Token {
    const text = this.text.slice(position, this.#at)
    afterNumber.lastIndex = this.#at
    // 12abc, 1.2.3
    if (afterNumber.test(this.text)) throw this.#fault('LexerInvalidLiteral', position)
    return this.#token('number', position, text)
  }

  #operator(position: number): Token {
    const text = this.#match(operator)
    if (text === null) throw this.#fault('LexerInvalidChar', position)
    if (!operators.has(text)) throw this.#fault('LexerInvalidOperator', position)
    return this.#token('operator', position, text)
  }

  #fault(code: S3ErrorCode, position: number) {
    const found = /^\S{1,40}/u.exec(this.text.slice(position, position + 80))?.[0] ?? ''
    return statementError(code, { text: this.text, position, found })
  }
}
