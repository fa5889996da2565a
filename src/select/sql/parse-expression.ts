/**
 * Expressions, by precedence. AWS's order, from the tightest: unary minus; * / %; + - and ||; IN; BETWEEN; LIKE; < > <= >=;
 * = <> != and IS; NOT; AND; OR.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-operators.html
 */
import type { ArithmeticOperator, CompareOperator } from '../bind/bound.ts'
import type { Expression } from './ast.ts'
import type { Token } from './lexer.ts'
import { isBuiltIn, parseCall, parseCase, parseCast, parseExists } from './parse-call.ts'
import { parseAccess, parsePath } from './parse-path.ts'
import type { Parsing } from './parsing.ts'

const binding = {
  or: 1,
  and: 2,
  not: 3,
  equality: 4,
  comparison: 5,
  like: 6,
  between: 7,
  in: 8,
  addition: 9,
  multiplication: 10,
  power: 11,
  sign: 12,
}

const comparisons: Readonly<Record<string, CompareOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

interface Infix {
  binding: number
  parse(parsing: Parsing, left: Expression, token: Token): Expression
}

/** An expression of operators that bind tighter than `minimum`. */
export function parseExpression(parsing: Parsing, minimum: number): Expression {
  let left = parsePrefix(parsing)
  for (;;) {
    const infix = infixNext(parsing)
    if (infix === null || infix.binding <= minimum) return left
    parsing.operator()
    left = infix.parse(parsing, left, parsing.tokens.next())
  }
}

const compareInfix = (own: number): Infix => ({
  binding: own,
  parse: (parsing, left, { text, position }) => {
    const right = parsing.expression(own)
    return { kind: 'compare', operator: comparisons[text] ?? '=', left, right, position }
  },
})

const arithmeticInfix = (own: number): Infix => ({
  binding: own,
  parse: (parsing, left, { text, position }) => {
    // Powers group from the right: 2^3^2 is 2^9.
    const right = parsing.expression(text === '^' ? own - 1 : own)
    return { kind: 'arithmetic', operator: text as ArithmeticOperator, left, right, position }
  },
})

const operatorInfixes = new Map<string, Infix>([
  ...['=', '<>', '!='].map((text): [string, Infix] => [text, compareInfix(binding.equality)]),
  ...['<', '<=', '>', '>='].map((text): [string, Infix] => [text, compareInfix(binding.comparison)]),
  ...['+', '-', '||'].map((text): [string, Infix] => [text, arithmeticInfix(binding.addition)]),
  ...['*', '/', '%'].map((text): [string, Infix] => [text, arithmeticInfix(binding.multiplication)]),
  ['^', arithmeticInfix(binding.power)],
])

const wordInfixes = new Map<string, Infix>([
  ['OR', { binding: binding.or, parse: (parsing, left) => parseLogical(parsing, 'or', left) }],
  ['AND', { binding: binding.and, parse: (parsing, left) => parseLogical(parsing, 'and', left) }],
  ['IS', { binding: binding.equality, parse: parseIs }],
  ['LIKE', { binding: binding.like, parse: (parsing, left) => parseLike(parsing, left, { negated: false }) }],
  ['BETWEEN', { binding: binding.between, parse: (parsing, left) => parseBetween(parsing, left, { negated: false }) }],
  ['IN', { binding: binding.in, parse: (parsing, left) => parseIn(parsing, left, { negated: false }) }],
])

/** NOT before LIKE, BETWEEN and IN: the token after NOT is taken here. */
const negatedInfixes = new Map<string, Infix>([
  ['LIKE', negated(binding.like, parseLike)],
  ['BETWEEN', negated(binding.between, parseBetween)],
  ['IN', negated(binding.in, parseIn)],
])

function negated(
  own: number,
  parse: (parsing: Parsing, left: Expression, options: { negated: boolean }) => Expression,
): Infix {
  return {
    binding: own,
    parse: (parsing, left) => {
      parsing.tokens.next()
      return parse(parsing, left, { negated: true })
    },
  }
}

function infixNext({ tokens, dialect }: Parsing): Infix | null {
  const token = tokens.peek()
  if (token.type === 'operator') {
    if (token.text === '^' && dialect !== 'lenient') throw tokens.fault('ParseUnknownOperator')
    if (token.text === '<<' || token.text === '>>') throw tokens.fault('ParseUnsupportedToken')
    return operatorInfixes.get(token.text) ?? null
  }
  if (token.type !== 'word') return null
  if (token.upper !== 'NOT') return wordInfixes.get(token.upper) ?? null
  const after = tokens.peek(1)
  return after.type === 'word' ? (negatedInfixes.get(after.upper) ?? null) : null
}

/** Chains are one node: they are as long as a statement allows, and must not be as deep. */
function parseLogical(parsing: Parsing, kind: 'and' | 'or', left: Expression): Expression {
  const right = parsing.expression(binding[kind])
  if (left.kind !== kind) return { kind, operands: [left, right], position: left.position }
  left.operands.push(right)
  return left
}

function parseIs({ tokens }: Parsing, operand: Expression): Expression {
  const isNegated = tokens.takeWord('NOT')
  const what = tokens.isWord('NULL') ? 'null' : 'missing'
  if (what === 'missing' && !tokens.isWord('MISSING')) throw tokens.fault('ParseExpectedTypeName')
  tokens.next()
  return { kind: 'is', operand, what, negated: isNegated, position: operand.position }
}

function parseLike(parsing: Parsing, operand: Expression, options: { negated: boolean }): Expression {
  const pattern = parsing.expression(binding.like)
  const escape = parsing.tokens.takeWord('ESCAPE') ? parsing.expression(binding.like) : null
  return { kind: 'like', operand, pattern, escape, ...options, position: operand.position }
}

function parseBetween(parsing: Parsing, operand: Expression, options: { negated: boolean }): Expression {
  const low = parsing.expression(binding.between)
  parsing.tokens.expectWord('AND')
  const high = parsing.expression(binding.between)
  return { kind: 'between', operand, low, high, ...options, position: operand.position }
}

function parseIn(parsing: Parsing, operand: Expression, options: { negated: boolean }): Expression {
  const { tokens } = parsing
  const { position } = operand
  if (tokens.isPunctuation('(') && startsQuery(parsing, 1)) {
    return { kind: 'in-query', operand, query: parseSubquery(parsing), ...options, position }
  }
  if (tokens.isPunctuation('(') || tokens.isPunctuation('[')) {
    const closing = tokens.next().text === '(' ? ')' : ']'
    return { kind: 'in', operand, options: parseItems(parsing, closing), ...options, position }
  }
  if (!tokens.isName() && !tokens.isPunctuation('@') && !isBuiltIn(tokens.peek())) {
    throw tokens.fault('ParseExpectedLeftParenValueConstructor')
  }
  const path = !tokens.isPunctuation('(', 1)
  const list = path ? parsePath(parsing, 'wildcards') : parsing.expression(binding.in)
  return { kind: 'in', operand, options: list, ...options, position }
}

function parsePrefix(parsing: Parsing): Expression {
  const { tokens } = parsing
  const token = tokens.peek()
  const { position } = token
  switch (token.type) {
    case 'string':
      tokens.next()
      return { kind: 'constant', value: token.text, position }
    case 'number':
      tokens.next()
      return { kind: 'number', text: token.text, position }
    case 'ion':
      tokens.next()
      return { kind: 'timestamp', text: token.text, position }
    case 'quoted':
      return parsePath(parsing, 'no wildcards')
    case 'word':
      return parseAccess(parsing, parseWord(parsing, token))
    case 'operator':
      return parseSign(parsing, token)
    case 'punctuation':
      return parsePunctuation(parsing, token)
    case 'end':
      throw tokens.fault('ParseExpectedExpression')
  }
}

function parseSign(parsing: Parsing, token: Token): Expression {
  const { tokens } = parsing
  if (token.text === '<<') throw tokens.fault('ParseUnsupportedToken')
  if (token.text !== '-' && token.text !== '+') throw tokens.fault('ParseUnexpectedOperator')
  tokens.next()
  parsing.operator()
  const operand = parsing.expression(binding.sign)
  return token.text === '+' ? operand : { kind: 'negate', operand, position: token.position }
}

function parsePunctuation(parsing: Parsing, token: Token): Expression {
  const { tokens } = parsing
  if (token.text === '@') return parsePath(parsing, 'no wildcards')
  if (token.text === '(') return parseAccess(parsing, parseParentheses(parsing))
  if (token.text === '[') {
    tokens.next()
    return { kind: 'list', items: parseItems(parsing, ']'), position: token.position }
  }
  if ('{}?:'.includes(token.text)) throw tokens.fault('ParseUnsupportedToken')
  throw tokens.fault('ParseUnexpectedTerm')
}

/** An expression in parentheses, a list of two and more, or a query. */
function parseParentheses(parsing: Parsing): Expression {
  const { tokens } = parsing
  const { position } = tokens.peek()
  if (startsQuery(parsing, 1)) return { kind: 'subquery', query: parseSubquery(parsing), position }
  tokens.next()
  const items = parseItems(parsing, ')')
  const [first, ...others] = items
  if (first === undefined) throw tokens.fault('ParseExpectedExpression')
  return others.length === 0 ? first : { kind: 'list', items, position }
}

/** Values up to the closing bracket, which is taken too. */
function parseItems(parsing: Parsing, closing: ')' | ']'): Expression[] {
  const { tokens } = parsing
  if (closing === ']' && tokens.takePunctuation(closing)) return []
  const items: Expression[] = []
  do items.push(parsing.expression())
  while (tokens.takePunctuation(','))
  // Where a comma could have stood as well.
  tokens.expectPunctuation(
    closing,
    items.length > 1 || closing === ']' ? 'ParseExpected2TokenTypes' : 'ParseExpectedTokenType',
  )
  return items
}

/** Whether a query begins `distance` tokens ahead. */
function startsQuery({ tokens }: Parsing, distance: number): boolean {
  return tokens.isWord('SELECT', distance) || (tokens.isWord('WITH', distance) && tokens.isName(distance + 1))
}

function parseSubquery(parsing: Parsing) {
  parsing.tokens.next()
  parsing.extendedOnly()
  const query = parsing.query()
  parsing.tokens.expectPunctuation(')')
  return query
}

const constants = new Map<string, null | undefined | boolean>([
  ['NULL', null],
  ['MISSING', undefined],
  ['TRUE', true],
  ['FALSE', false],
])

function parseWord(parsing: Parsing, token: Token): Expression {
  const { tokens } = parsing
  const { upper, position } = token
  if (constants.has(upper)) {
    tokens.next()
    return { kind: 'constant', value: constants.get(upper), position }
  }
  if (upper === 'NOT') {
    tokens.next()
    parsing.operator()
    return { kind: 'not', operand: parsing.expression(binding.not), position }
  }
  if (upper === 'CASE') return parseCase(parsing)
  if (upper === 'CAST') return parseCast(parsing)
  if (upper === 'EXISTS') return parseExists(parsing, parseSubquery)
  if (tokens.isPunctuation('(', 1)) return parseCall(parsing)
  if (tokens.isName()) return parsePath(parsing, 'no wildcards')
  if (isBuiltIn(token)) {
    tokens.next()
    throw tokens.fault('ParseExpectedLeftParenBuiltinFunctionCall')
  }
  throw tokens.fault('ParseUnExpectedKeyword')
}
