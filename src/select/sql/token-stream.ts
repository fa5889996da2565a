// The tokens of a statement, with a look ahead, for the parser. No I/O, no clock.
import type { S3Error, S3ErrorCode } from '../../errors.ts'
import type { Dialect } from '../request.ts'
import type { Name } from './ast.ts'
import { Lexer } from './lexer.ts'
import type { Token } from './lexer.ts'
import { isKeyword, isReserved } from './reserved-words.ts'
import { statementError } from './statement-error.ts'

export class TokenStream {
  readonly dialect: Dialect
  readonly #lexer: Lexer
  readonly #ahead: Token[] = []

  constructor(text: string, dialect: Dialect) {
    this.dialect = dialect
    this.#lexer = new Lexer(text, dialect)
  }

  get text(): string {
    return this.#lexer.text
  }

  /** The token `distance` tokens ahead; 0 is the next. */
  peek(distance = 0): Token {
    for (;;) {
      const token = this.#ahead[distance]
      if (token !== undefined) return token
      this.#ahead.push(this.#lexer.next())
    }
  }

  next(): Token {
    const token = this.peek()
    this.#ahead.shift()
    return token
  }

  /** Whether a keyword stands `distance` tokens ahead. */
  isWord(word: string, distance = 0): boolean {
    const token = this.peek(distance)
    return token.type === 'word' && token.upper === word
  }

  isPunctuation(text: string, distance = 0): boolean {
    const token = this.peek(distance)
    return token.type === 'punctuation' && token.text === text
  }

  isOperator(text: string, distance = 0): boolean {
    const token = this.peek(distance)
    return token.type === 'operator' && token.text === text
  }

  /** Takes the keyword if it is next. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.next()
    return true
  }

  takePunctuation(text: string): boolean {
    if (!this.isPunctuation(text)) return false
    this.next()
    return true
  }

  expectWord(word: string, code: S3ErrorCode = 'ParseExpectedKeyword'): Token {
    if (!this.isWord(word)) throw this.fault(code)
    return this.next()
  }

  expectPunctuation(text: string, code: S3ErrorCode = 'ParseExpectedTokenType'): Token {
    if (!this.isPunctuation(text)) throw this.fault(code)
    return this.next()
  }

  /** Whether a name stands `distance` tokens ahead: quoted, or a word that is not reserved. */
  isName(distance = 0): boolean {
    const token = this.peek(distance)
    return token.type === 'quoted' || (token.type === 'word' && !isReserved(token.upper, this.dialect))
  }

  /** Takes a name; `code` is the error where there is none. */
  expectName(code: S3ErrorCode): Name {
    if (!this.isName()) throw this.fault(code)
    return this.takeName()
  }

  /** Takes the next token as a name, reserved or not. */
  takeName(): Name {
    const token = this.next()
    return { text: token.text, quoted: token.type === 'quoted', position: token.position }
  }

  /** A fault at a token, the next one by default. */
  fault(code: S3ErrorCode, token: Token = this.peek()): S3Error {
    const found = this.text.slice(token.position, token.end)
    return statementError(code, { text: this.text, position: token.position, found })
  }

  /** The fault of a token that cannot follow what came before it. */
  unexpected(token: Token = this.peek()): S3Error {
    if (token.type === 'operator') return this.fault('ParseUnexpectedOperator', token)
    if (token.type === 'word' && isKeyword(token.upper)) return this.fault('ParseUnExpectedKeyword', token)
    if (token.type === 'punctuation' || token.type === 'end') return this.fault('ParseUnexpectedToken', token)
    return this.fault('ParseUnexpectedTerm', token)
  }
}
