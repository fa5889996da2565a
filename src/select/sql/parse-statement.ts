// S3 Select's parser: one for the three dialects. No I/O, no clock.
import { selectExpressionBytesMax, selectHeightMax, selectNestingMax, selectOperatorsMax } from '../../limits.ts'
import type { Dialect } from '../request.ts'
import { S3Error } from '../../errors.ts'
import type { Expression, Query, Statement } from './ast.ts'
import { partsOf, partsOfBody, partsOfQuery } from './children.ts'
import { parseExpression } from './parse-expression.ts'
import { parseQuery } from './parse-query.ts'
import type { Parsing } from './parsing.ts'
import { inDialect, statementError } from './statement-error.ts'
import { TokenStream } from './token-stream.ts'

/** What was read last: several ask for the statement of one request, and the next request often has the same. */
let last: { expression: string; dialect: Dialect; statement: Statement } | null = null

/**
 * What a statement says, never changed by whoever asks. Throws S3Error with the Lexer and Parse codes, ExpressionTooLong, and MaxOperatorsExceeded for one that
 * nests too deep to evaluate; never overflows the stack.
 */
export function parseStatement(expression: string, dialect: Dialect): Statement {
  if (last !== null && last.dialect === dialect && last.expression === expression) return last.statement
  const statement = read(expression, dialect)
  last = { expression, dialect, statement }
  return statement
}

function read(expression: string, dialect: Dialect): Statement {
  if (new TextEncoder().encode(expression).byteLength > selectExpressionBytesMax) throw new S3Error('ExpressionTooLong')
  try {
    const parser = new Parser(expression, dialect)
    const query = parser.query()
    parser.tokens.takePunctuation(';')
    if (parser.tokens.peek().type !== 'end') throw parser.tokens.unexpected()
    checkHeight(query, expression)
    return { ...query, text: expression }
  } catch (error) {
    throw inDialect(error, dialect)
  }
}

class Parser implements Parsing {
  readonly tokens: TokenStream
  readonly dialect: Dialect
  #nesting = 0
  #operators = 0

  constructor(text: string, dialect: Dialect) {
    this.tokens = new TokenStream(text, dialect)
    this.dialect = dialect
  }

  expression(binding = 0): Expression {
    return this.#nested(() => parseExpression(this, binding))
  }

  query(): Query {
    return this.#nested(() => parseQuery(this))
  }

  operator(): void {
    this.#operators++
    if (this.#operators > selectOperatorsMax) throw this.tokens.fault('MaxOperatorsExceeded')
  }

  extendedOnly(): void {
    if (this.dialect !== 'extended') throw this.tokens.fault('UnsupportedSqlStructure')
  }

  #nested<T>(parse: () => T): T {
    this.#nesting++
    if (this.#nesting > selectNestingMax) throw this.tokens.fault('MaxOperatorsExceeded')
    const parsed = parse()
    this.#nesting--
    return parsed
  }
}

type Node = { expression: Expression } | { query: Query } | { body: Query['body'] }

/** A chain such as 1 + 1 + 1 nests to the left without nesting when it is read, so its height is measured afterwards. */
function checkHeight(query: Query, text: string): void {
  const open: { node: Node; height: number }[] = [{ node: { query }, height: 1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next
    const height = next.height + 1
    if (height > selectHeightMax) {
      const position = 'expression' in node ? node.expression.position : 0
      throw statementError('MaxOperatorsExceeded', { text, position })
    }
    if ('expression' in node) {
      const parts = partsOf(node.expression)
      for (const expression of parts.expressions) open.push({ node: { expression }, height })
      if (parts.query !== null) open.push({ node: { query: parts.query }, height })
      continue
    }
    const parts = 'query' in node ? partsOfQuery(node.query) : partsOfBody(node.body)
    for (const expression of parts.expressions) open.push({ node: { expression }, height })
    for (const below of parts.queries) open.push({ node: { query: below }, height })
    for (const body of parts.bodies) open.push({ node: { body }, height })
  }
}
