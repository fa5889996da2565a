// OVER (...) of window functions, and ORDER BY, which it has in common with queries. The extended dialect's.
import type { Expression, FrameBound, OrderItem, WindowFrame } from './ast.ts'
import type { Parsing } from './parsing.ts'
import type { TokenStream } from './token-stream.ts'

/** Functions that are nothing without OVER. */
export const windowFunctions: ReadonlySet<string> = new Set([
  'CUME_DIST',
  'DENSE_RANK',
  'FIRST_VALUE',
  'LAG',
  'LAST_VALUE',
  'LEAD',
  'NTH_VALUE',
  'NTILE',
  'PERCENT_RANK',
  'RANK',
  'ROW_NUMBER',
])

type Call = Pick<Expression & { kind: 'window' }, 'arguments' | 'distinct' | 'name' | 'position' | 'star'>

/** The window of a call that has been read up to its right parenthesis. */
export function parseOver(parsing: Parsing, call: Call): Expression {
  const { tokens } = parsing
  if (!tokens.isWord('OVER')) throw tokens.fault('UnsupportedFunction')
  parsing.extendedOnly()
  tokens.next()
  tokens.expectPunctuation('(')
  let partitionBy: Expression[] = []
  if (tokens.takeWord('PARTITION')) {
    tokens.expectWord('BY')
    partitionBy = parseExpressions(parsing)
  }
  const orderBy = tokens.isWord('ORDER') ? parseOrderBy(parsing) : []
  const frame = parseFrame(parsing)
  tokens.expectPunctuation(')')
  return { kind: 'window', ...call, over: { partitionBy, orderBy, frame } }
}

/** One expression and more, between commas. */
export function parseExpressions(parsing: Parsing): Expression[] {
  const expressions: Expression[] = []
  do expressions.push(parsing.expression())
  while (parsing.tokens.takePunctuation(','))
  return expressions
}

/** ORDER BY, from the word ORDER. */
export function parseOrderBy(parsing: Parsing): OrderItem[] {
  const { tokens } = parsing
  tokens.next()
  tokens.expectWord('BY')
  const items: OrderItem[] = []
  do {
    const value = parsing.expression()
    const descending = tokens.takeWord('DESC')
    if (!descending) tokens.takeWord('ASC')
    items.push({ value, descending, nulls: parseNulls(tokens) })
  } while (tokens.takePunctuation(','))
  return items
}

function parseNulls(tokens: TokenStream): 'first' | 'last' | null {
  if (!tokens.takeWord('NULLS')) return null
  if (tokens.takeWord('FIRST')) return 'first'
  tokens.expectWord('LAST')
  return 'last'
}

function parseFrame({ tokens }: Parsing): WindowFrame | null {
  const unit = tokens.peek().upper
  if (unit !== 'ROWS' && unit !== 'RANGE' && unit !== 'GROUPS') return null
  tokens.next()
  if (!tokens.takeWord('BETWEEN')) return { unit, start: parseFrameBound(tokens), end: null }
  const start = parseFrameBound(tokens)
  tokens.expectWord('AND')
  return { unit, start, end: parseFrameBound(tokens) }
}

function parseFrameBound(tokens: TokenStream): FrameBound {
  if (tokens.takeWord('CURRENT')) {
    tokens.expectWord('ROW')
    return { edge: 'CURRENT ROW' }
  }
  const rows = tokens.takeWord('UNBOUNDED') ? null : parseCount(tokens)
  if (tokens.takeWord('PRECEDING')) return { edge: 'PRECEDING', rows }
  tokens.expectWord('FOLLOWING')
  return { edge: 'FOLLOWING', rows }
}

/** A whole number without a sign; one beyond 2^53 counts as 2^53. Throws ParseExpectedNumber. */
export function parseCount(tokens: TokenStream): number {
  const token = tokens.peek()
  if (token.type !== 'number' || !/^\d+$/.test(token.text)) throw tokens.fault('ParseExpectedNumber')
  tokens.next()
  return Math.min(Number(token.text), Number.MAX_SAFE_INTEGER)
}
