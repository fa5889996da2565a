// Calls, and the forms of calls that have words between their arguments: CAST, EXTRACT, SUBSTRING, TRIM, CASE.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html
import type { CastType, DatePart } from '../bind/bound.ts'
import type { AggregateFunction, Expression, Query } from './ast.ts'
import type { Token } from './lexer.ts'
import { parseOver, windowFunctions } from './parse-window.ts'
import type { Parsing } from './parsing.ts'

interface TypeName {
  type: CastType
  parametersMax: number
  /** AWS's own dialect has it too. */
  aws: boolean
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html
const typeNames = new Map<string, TypeName>([
  ['BOOL', { type: 'BOOL', parametersMax: 0, aws: true }],
  ['INT', { type: 'INT', parametersMax: 0, aws: true }],
  ['INTEGER', { type: 'INT', parametersMax: 0, aws: true }],
  ['STRING', { type: 'STRING', parametersMax: 0, aws: true }],
  ['FLOAT', { type: 'FLOAT', parametersMax: 1, aws: true }],
  ['DECIMAL', { type: 'DECIMAL', parametersMax: 2, aws: true }],
  ['NUMERIC', { type: 'DECIMAL', parametersMax: 2, aws: true }],
  ['TIMESTAMP', { type: 'TIMESTAMP', parametersMax: 0, aws: true }],
  ['BOOLEAN', { type: 'BOOL', parametersMax: 0, aws: false }],
  ['SMALLINT', { type: 'INT', parametersMax: 0, aws: false }],
  ['BIGINT', { type: 'INT', parametersMax: 0, aws: false }],
  ['VARCHAR', { type: 'STRING', parametersMax: 1, aws: false }],
  ['CHAR', { type: 'STRING', parametersMax: 1, aws: false }],
  ['TEXT', { type: 'STRING', parametersMax: 0, aws: false }],
  ['REAL', { type: 'FLOAT', parametersMax: 0, aws: false }],
  ['DOUBLE', { type: 'FLOAT', parametersMax: 0, aws: false }],
])

/** Types PartiQL knows that nothing can be cast to here. */
const foreignTypes = new Set('ANY BAG BLOB CLOB DATE LIST MISSING NULL SEXP STRUCT SYMBOL TIME TUPLE'.split(' '))

const aggregates = new Set(['AVG', 'COUNT', 'MAX', 'MIN', 'SUM'])

/** Words of AWS's reserved list that are functions: without a parenthesis they are nothing else. */
const builtIns = new Set([
  ...aggregates,
  ...'CHAR_LENGTH CHARACTER_LENGTH COALESCE EXTRACT LOWER NULLIF SIZE SUBSTRING TO_STRING TO_TIMESTAMP TRIM UPPER'.split(
    ' ',
  ),
])

const dateParts = new Set('YEAR MONTH DAY HOUR MINUTE SECOND'.split(' '))
const extractedParts = new Set([...dateParts, 'TIMEZONE_HOUR', 'TIMEZONE_MINUTE'])
const lenientParts = new Set(['WEEK', 'YEARDAY'])

const lenientCasts = new Set('BOOL DECIMAL FLOAT INT STRING TIMESTAMP'.split(' '))

export function isBuiltIn(token: Token): boolean {
  return token.type === 'word' && builtIns.has(token.upper)
}

/** A call, from its name, which a parenthesis follows. */
export function parseCall(parsing: Parsing): Expression {
  const { tokens, dialect } = parsing
  const token = tokens.peek()
  const { upper: name, position } = token
  const isCast = dialect === 'lenient' && lenientCasts.has(name)
  if (!isCast && !isBuiltIn(token) && !tokens.isName()) {
    throw tokens.fault('ParseUnExpectedKeyword')
  }
  tokens.next()
  tokens.next()
  if (aggregates.has(name)) return parseAggregate(parsing, name as AggregateFunction, position)
  if (windowFunctions.has(name)) {
    const values = parseArguments(parsing)
    return parseOver(parsing, { name, arguments: values, distinct: false, star: false, position })
  }
  if (isCast) {
    const operand = parsing.expression()
    closeCall(parsing)
    return { kind: 'cast', operand, type: typeNames.get(name)?.type ?? 'STRING', position }
  }
  switch (name) {
    case 'EXTRACT':
      return parseExtract(parsing, position)
    case 'DATE_ADD':
    case 'DATE_DIFF':
      return parseDateFunction(parsing, name, position)
    case 'SUBSTRING':
      return parseSubstring(parsing, position)
    case 'TRIM':
      return parseTrim(parsing, position)
    case 'CHARACTER_LENGTH':
      return { kind: 'call', name: 'CHAR_LENGTH', arguments: parseArguments(parsing), position }
    default:
      return { kind: 'call', name, arguments: parseArguments(parsing), position }
  }
}

/** The arguments after the left parenthesis, and the right one. */
function parseArguments(parsing: Parsing): Expression[] {
  const { tokens } = parsing
  if (tokens.takePunctuation(')')) return []
  const values: Expression[] = []
  do {
    // Stars are arguments of COUNT alone.
    if (tokens.isOperator('*')) throw tokens.fault('ParseUnsupportedCallWithStar')
    values.push(parsing.expression())
  } while (tokens.takePunctuation(','))
  closeCall(parsing)
  return values
}

function closeCall({ tokens }: Parsing): void {
  if (tokens.takePunctuation(')')) return
  // Something that begins another argument lacks the comma; anything else, the end of the call.
  const { type } = tokens.peek()
  const isArgument = type === 'number' || type === 'string' || type === 'quoted' || tokens.isName()
  throw tokens.fault(isArgument ? 'ParseExpectedArgumentDelimiter' : 'ParseExpectedRightParenBuiltinFunctionCall')
}

function parseAggregate(parsing: Parsing, name: AggregateFunction, position: number): Expression {
  const { tokens } = parsing
  if (tokens.isOperator('*')) {
    if (name !== 'COUNT') throw tokens.fault('ParseUnsupportedCallWithStar')
    tokens.next()
    closeCall(parsing)
    return finishAggregate(parsing, { kind: 'aggregate', function: name, argument: null, distinct: false, position })
  }
  const distinct = tokens.isWord('DISTINCT')
  if (distinct) {
    parsing.extendedOnly()
    tokens.next()
  } else tokens.takeWord('ALL')
  const values = parseArguments(parsing)
  const argument = values[0]
  if (argument === undefined || values.length > 1) {
    throw tokens.fault('ParseNonUnaryAgregateFunctionCall', { ...tokens.peek(), position, end: position + name.length })
  }
  return finishAggregate(parsing, { kind: 'aggregate', function: name, argument, distinct, position })
}

/** An aggregate, or a window function where OVER follows. */
function finishAggregate(parsing: Parsing, call: Expression & { kind: 'aggregate' }): Expression {
  if (!parsing.tokens.isWord('OVER') || !parsing.tokens.isPunctuation('(', 1)) return call
  const { function: name, argument, distinct, position } = call
  const values = argument === null ? [] : [argument]
  return parseOver(parsing, { name, arguments: values, distinct, star: argument === null, position })
}

/** CAST(x AS type), from the word CAST. */
export function parseCast(parsing: Parsing): Expression {
  const { tokens } = parsing
  const { position } = tokens.next()
  tokens.expectPunctuation('(', 'ParseExpectedLeftParenAfterCast')
  const operand = parsing.expression()
  tokens.expectWord('AS')
  const type = parseType(parsing)
  tokens.expectPunctuation(')', 'ParseExpectedRightParenBuiltinFunctionCall')
  return { kind: 'cast', operand, type, position }
}

function parseType({ tokens, dialect }: Parsing): CastType {
  const token = tokens.peek()
  if (token.type !== 'word') throw tokens.fault('ParseExpectedTypeName')
  const known = typeNames.get(token.upper)
  if (known === undefined) {
    throw tokens.fault(foreignTypes.has(token.upper) ? 'InvalidDataType' : 'ParseExpectedTypeName')
  }
  if (dialect === 'aws' && !known.aws) throw tokens.fault('InvalidDataType')
  tokens.next()
  if (token.upper === 'DOUBLE') tokens.takeWord('PRECISION')
  let parameters = 0
  if (tokens.takePunctuation('(')) {
    do {
      const parameter = tokens.peek()
      // Precision and scale are checked, and change nothing: AWS keeps 38 digits whatever they say.
      if (parameter.type !== 'number' || !/^\d{1,9}$/.test(parameter.text)) throw tokens.fault('ParseInvalidTypeParam')
      tokens.next()
      parameters++
    } while (tokens.takePunctuation(','))
    tokens.expectPunctuation(')', 'ParseExpectedRightParenBuiltinFunctionCall')
  }
  if (parameters > known.parametersMax) throw tokens.fault('ParseCastArity', token)
  return known.type
}

/** CASE with and without a subject, from the word CASE. */
export function parseCase(parsing: Parsing): Expression {
  const { tokens } = parsing
  const { position } = tokens.next()
  const hasSubject = !tokens.isWord('WHEN')
  if (hasSubject && (tokens.isWord('ELSE') || tokens.isWord('END'))) throw tokens.fault('ParseExpectedWhenClause')
  const subject = hasSubject ? parsing.expression() : null
  const branches: { when: Expression; result: Expression }[] = []
  if (!tokens.isWord('WHEN')) throw tokens.fault('ParseExpectedWhenClause')
  while (tokens.takeWord('WHEN')) {
    parsing.operator()
    const when = parsing.expression()
    tokens.expectWord('THEN')
    branches.push({ when, result: parsing.expression() })
  }
  const otherwise = tokens.takeWord('ELSE') ? parsing.expression() : null
  tokens.expectWord('END')
  return { kind: 'case', subject, branches, otherwise, position }
}

/** EXISTS (query). */
export function parseExists(parsing: Parsing, subquery: (parsing: Parsing) => Query): Expression {
  const { tokens } = parsing
  const { position } = tokens.peek()
  parsing.extendedOnly()
  tokens.next()
  if (!tokens.isPunctuation('(') || !(tokens.isWord('SELECT', 1) || tokens.isWord('WITH', 1))) {
    throw tokens.fault('ParseExpectedTokenType')
  }
  return { kind: 'exists', query: subquery(parsing), position }
}

function parseDatePart({ tokens, dialect }: Parsing, parts: ReadonlySet<string>): DatePart {
  const token = tokens.peek()
  const isPart =
    parts.has(token.upper) || (dialect !== 'aws' && parts === extractedParts && lenientParts.has(token.upper))
  if (token.type !== 'word' || !isPart) throw tokens.fault('ParseExpectedDatePart')
  tokens.next()
  return token.upper as DatePart
}

/** EXTRACT(part FROM timestamp). */
function parseExtract(parsing: Parsing, position: number): Expression {
  const part = parseDatePart(parsing, extractedParts)
  parsing.tokens.expectWord('FROM')
  const value = parsing.expression()
  closeCall(parsing)
  return { kind: 'call', name: 'EXTRACT', arguments: [value], part, position }
}

/** DATE_ADD(part, quantity, timestamp), DATE_DIFF(part, from, to). */
function parseDateFunction(parsing: Parsing, name: string, position: number): Expression {
  const part = parseDatePart(parsing, dateParts)
  parsing.tokens.expectPunctuation(',', 'ParseExpectedArgumentDelimiter')
  return { kind: 'call', name, arguments: parseArguments(parsing), part, position }
}

/** SUBSTRING(s FROM start [FOR length]), SUBSTRING(s, start [, length]). */
function parseSubstring(parsing: Parsing, position: number): Expression {
  const { tokens } = parsing
  const text = parsing.expression()
  if (!tokens.takeWord('FROM')) {
    const others = tokens.takePunctuation(',') ? parseArguments(parsing) : []
    if (others.length === 0) throw tokens.fault('ParseExpectedArgumentDelimiter')
    return { kind: 'call', name: 'SUBSTRING', arguments: [text, ...others], position }
  }
  const values = [text, parsing.expression()]
  if (tokens.takeWord('FOR')) values.push(parsing.expression())
  closeCall(parsing)
  return { kind: 'call', name: 'SUBSTRING', arguments: values, position }
}

/** TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] s). */
function parseTrim(parsing: Parsing, position: number): Expression {
  const { tokens } = parsing
  const word = tokens.peek()
  const isSide = /^(LEADING|TRAILING|BOTH)$/.test(word.upper) && word.type === 'word'
  const side = isSide ? (word.upper as 'LEADING' | 'TRAILING' | 'BOTH') : 'BOTH'
  if (isSide) tokens.next()
  let values: Expression[] = []
  if (!tokens.isWord('FROM')) values = [parsing.expression()]
  if (tokens.takeWord('FROM')) values = [parsing.expression(), ...values]
  else if (isSide) throw tokens.fault('ParseExpectedKeyword')
  closeCall(parsing)
  return { kind: 'call', name: 'TRIM', arguments: values, side, position }
}
