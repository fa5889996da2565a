// SELECT and what may stand around it: WITH, UNION, ORDER BY, LIMIT, OFFSET.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html
import type { Body, Expression, Name, Query, Select, SelectItem } from './ast.ts'
import { parseFrom, startsOffset } from './parse-from.ts'
import { parseCount, parseExpressions, parseOrderBy } from './parse-window.ts'
import type { Parsing } from './parsing.ts'

/** A query, up to what cannot belong to it. */
export function parseQuery(parsing: Parsing): Query {
  const { tokens } = parsing
  const ctes = tokens.isWord('WITH') ? parseWith(parsing) : []
  const body = parseBody(parsing)
  let orderBy: Query['orderBy'] = []
  if (tokens.isWord('ORDER')) {
    parsing.extendedOnly()
    orderBy = parseOrderBy(parsing)
  }
  return { with: ctes, body, orderBy, ...parseLimits(parsing) }
}

function parseWith(parsing: Parsing): Query['with'] {
  const { tokens } = parsing
  parsing.extendedOnly()
  tokens.next()
  const ctes: Query['with'] = []
  do {
    const name = tokens.expectName('ParseExpectedIdentForAlias')
    tokens.expectWord('AS')
    tokens.expectPunctuation('(')
    ctes.push({ name, query: parsing.query() })
    tokens.expectPunctuation(')')
  } while (tokens.takePunctuation(','))
  return ctes
}

/** LIMIT and OFFSET, in either order. */
function parseLimits(parsing: Parsing): { limit: number | null; offset: number } {
  const { tokens } = parsing
  let limit: number | null = null
  let offset: number | null = null
  for (;;) {
    if (limit === null && tokens.takeWord('LIMIT')) limit = parseLimit(parsing)
    else if (offset === null && (startsOffset(tokens) || (tokens.isWord('OFFSET') && tokens.isOperator('-', 1)))) {
      parsing.extendedOnly()
      tokens.next()
      offset = parseLimit(parsing)
    } else return { limit, offset: offset ?? 0 }
  }
}

function parseLimit({ tokens }: Parsing): number {
  if (tokens.isOperator('-') && tokens.peek(1).type === 'number') throw tokens.fault('EvaluatorNegativeLimit')
  return parseCount(tokens)
}

function parseBody(parsing: Parsing): Body {
  const { tokens } = parsing
  let left = parseIntersection(parsing)
  for (;;) {
    const { upper, position } = tokens.peek()
    if (!tokens.isWord('UNION') && !tokens.isWord('EXCEPT')) return left
    const all = parseSetOperator(parsing)
    const operator = upper === 'UNION' ? 'UNION' : 'EXCEPT'
    left = { body: 'set', operator, all, left, right: parseIntersection(parsing), position }
  }
}

/** INTERSECT binds tighter than UNION and EXCEPT. */
function parseIntersection(parsing: Parsing): Body {
  const { tokens } = parsing
  let left = parseTerm(parsing)
  while (tokens.isWord('INTERSECT')) {
    const { position } = tokens.peek()
    const all = parseSetOperator(parsing)
    left = { body: 'set', operator: 'INTERSECT', all, left, right: parseTerm(parsing), position }
  }
  return left
}

/** Takes the operator; whether ALL follows it. */
function parseSetOperator(parsing: Parsing): boolean {
  parsing.extendedOnly()
  parsing.operator()
  parsing.tokens.next()
  if (parsing.tokens.takeWord('ALL')) return true
  parsing.tokens.takeWord('DISTINCT')
  return false
}

function parseTerm(parsing: Parsing): Body {
  const { tokens } = parsing
  const { position, type } = tokens.peek()
  if (tokens.isPunctuation('(')) {
    parsing.extendedOnly()
    tokens.next()
    const query = parsing.query()
    tokens.expectPunctuation(')')
    return { body: 'query', query, position }
  }
  if (!tokens.isWord('SELECT')) {
    throw tokens.fault(type === 'word' && !tokens.isName() ? 'ParseUnExpectedKeyword' : 'ParseExpectedKeyword')
  }
  return parseSelect(parsing)
}

function parseSelect(parsing: Parsing): Select {
  const { tokens } = parsing
  const { position } = tokens.next()
  const distinct = tokens.isWord('DISTINCT')
  if (distinct) {
    parsing.extendedOnly()
    tokens.next()
  } else tokens.takeWord('ALL')
  const items = parseItems(parsing)
  if (!tokens.takeWord('FROM')) throw missingFrom(parsing)
  const from = parseFrom(parsing)
  const where = tokens.takeWord('WHERE') ? parsing.expression() : null
  const groupBy = parseGroupBy(parsing)
  let having: Expression | null = null
  if (tokens.isWord('HAVING')) {
    parsing.extendedOnly()
    tokens.next()
    having = parsing.expression()
  }
  return { body: 'select', distinct, items, from, where, groupBy, having, position }
}

function missingFrom({ tokens }: Parsing) {
  const { type, upper } = tokens.peek()
  const isOver = type === 'end' || tokens.isPunctuation(';') || tokens.isPunctuation(')')
  if (isOver || (type === 'word' && /^(WHERE|GROUP|HAVING|ORDER|LIMIT|UNION|INTERSECT|EXCEPT)$/.test(upper))) {
    return tokens.fault('ParseSelectMissingFrom')
  }
  return tokens.unexpected()
}

function parseGroupBy(parsing: Parsing): Expression[] | null {
  const { tokens, dialect } = parsing
  if (!tokens.isWord('GROUP')) return null
  if (!tokens.isWord('BY', 1)) throw tokens.fault('ParseExpectedIdentForGroupName')
  if (dialect !== 'extended') throw tokens.fault('ParseUnsupportedLiteralsGroupBy')
  tokens.next()
  tokens.next()
  return parseExpressions(parsing)
}

function parseItems(parsing: Parsing): SelectItem[] {
  const { tokens } = parsing
  if (tokens.isWord('FROM')) throw tokens.fault('ParseEmptySelect')
  // SELECT VALUE and PIVOT are PartiQL's; their words are names where AWS's list does not bind.
  const { upper, type } = tokens.peek()
  if (type === 'word' && !tokens.isName() && (upper === 'VALUE' || upper === 'PIVOT')) {
    throw tokens.fault('ParseUnsupportedSelect')
  }
  const items: SelectItem[] = []
  do items.push(parseItem(parsing, items.length))
  while (tokens.takePunctuation(','))
  return items
}

function parseItem(parsing: Parsing, before: number): SelectItem {
  const { tokens } = parsing
  const { position } = tokens.peek()
  if (tokens.isOperator('*')) {
    tokens.next()
    if (before > 0 || tokens.isPunctuation(',')) throw tokens.fault('ParseAsteriskIsNotAloneInSelectList')
    refuseAlias(parsing)
    return { item: 'star', position }
  }
  if (tokens.isName() && tokens.isPunctuation('.', 1) && tokens.isOperator('*', 2)) {
    const table = tokens.takeName()
    tokens.next()
    tokens.next()
    if (tokens.isPunctuation('[')) throw tokens.fault('ParseCannotMixSqbAndWildcardInSelectList')
    if (tokens.isPunctuation('.')) throw tokens.fault('ParseInvalidContextForWildcardInSelectList')
    refuseAlias(parsing)
    return { item: 'star-of', table }
  }
  const value = parsing.expression()
  return { item: 'value', value, alias: parseAlias(parsing) }
}

function refuseAlias({ tokens }: Parsing): void {
  if (tokens.isWord('AS') || tokens.isName()) throw tokens.fault('ParseUnsupportedAlias')
}

function parseAlias({ tokens }: Parsing): Name | null {
  if (tokens.takeWord('AS')) return tokens.expectName('ParseExpectedIdentForAlias')
  return tokens.isName() ? tokens.takeName() : null
}
