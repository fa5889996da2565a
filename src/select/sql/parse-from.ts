// FROM: the request's object, other objects and joins in the extended dialect.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html#s3-select-sql-reference-from
import type { PathStep } from '../bind/bound.ts'
import type { JoinKind, Name, Source } from './ast.ts'
import { parseSteps } from './parse-path.ts'
import type { Parsing } from './parsing.ts'

/** What follows the word FROM. */
export function parseFrom(parsing: Parsing): Source {
  const { tokens } = parsing
  let left = parseJoined(parsing)
  while (tokens.isPunctuation(',')) {
    if (parsing.dialect !== 'extended') throw tokens.fault('MultipleDataSourcesUnsupported')
    const { position } = tokens.next()
    parsing.operator()
    left = { source: 'join', join: 'CROSS', left, right: parseJoined(parsing), on: null, position }
  }
  return left
}

function parseJoined(parsing: Parsing): Source {
  const { tokens } = parsing
  let left = parseSource(parsing)
  for (;;) {
    const { position } = tokens.peek()
    const join = joinKind(parsing)
    if (join === null) return left
    parsing.operator()
    const right = parseSource(parsing)
    let on = null
    if (join !== 'CROSS') {
      tokens.expectWord('ON', 'ParseMalformedJoin')
      on = parsing.expression()
    }
    left = { source: 'join', join, left, right, on, position }
  }
}

/** Takes the words of a join; null where there is none. */
function joinKind({ tokens, dialect }: Parsing): JoinKind | null {
  const token = tokens.peek()
  if (token.type !== 'word' || !/^(JOIN|INNER|LEFT|RIGHT|FULL|CROSS)$/.test(token.upper)) return null
  if (dialect !== 'extended') throw tokens.fault('ParseMalformedJoin')
  tokens.next()
  if (token.upper === 'JOIN') return 'INNER'
  const kind = token.upper as JoinKind
  if (kind === 'LEFT' || kind === 'RIGHT' || kind === 'FULL') tokens.takeWord('OUTER')
  tokens.expectWord('JOIN', 'ParseMalformedJoin')
  return kind
}

function parseSource(parsing: Parsing): Source {
  const { tokens } = parsing
  const { position } = tokens.peek()
  if (tokens.takePunctuation('(')) {
    parsing.extendedOnly()
    if (!tokens.isWord('SELECT') && !tokens.isWord('WITH') && !tokens.isPunctuation('(')) throw tokens.unexpected()
    const query = parsing.query()
    tokens.expectPunctuation(')')
    return { source: 'query', query, alias: parseTableAlias(parsing), position }
  }
  if (!tokens.isName()) {
    throw tokens.peek().type === 'end' ? tokens.fault('ParseExpectedTokenType') : tokens.unexpected()
  }
  const name = tokens.takeName()
  const isObject = isRequestObject(name, parsing)
  const other = isObject ? null : objectOf(name, parsing)
  const path = parseFromPath(parsing)
  const alias = parseTableAlias(parsing)
  if (isObject || other !== null) return { source: 'object', object: other, path, alias, position }
  if (path.length > 0) throw tokens.fault('ParseInvalidPathComponent')
  return { source: 'named', name, alias, position }
}

function isRequestObject({ text, quoted }: Name, { dialect }: Parsing): boolean {
  const upper = text.toUpperCase()
  return upper === 'S3OBJECT' || (dialect === 'lenient' && !quoted && upper === 'STDIN')
}

/** The object a quoted `bucket/key` names, in the extended dialect. */
function objectOf({ text, quoted }: Name, { dialect }: Parsing): { bucket: string; key: string } | null {
  const slash = text.indexOf('/')
  if (dialect !== 'extended' || !quoted || slash < 1 || slash === text.length - 1) return null
  return { bucket: text.slice(0, slash), key: text.slice(slash + 1) }
}

/** The steps below the records. The first is always `[*]`, every record, and is left out. */
function parseFromPath(parsing: Parsing): PathStep[] {
  const { tokens } = parsing
  const start = tokens.peek()
  const [first, ...others] = parseSteps(parsing).steps
  if (first !== undefined && first.step !== 'elements') throw tokens.fault('ParseInvalidPathComponent', start)
  return others
}

function parseTableAlias({ tokens }: Parsing): Name | null {
  let alias: Name | null = null
  if (tokens.takeWord('AS')) alias = tokens.expectName('ParseExpectedIdentForAlias')
  else if (tokens.isName() && !startsOffset(tokens)) alias = tokens.takeName()
  if (alias?.text === '') throw tokens.fault('InvalidTableAlias')
  if (tokens.takeWord('AT')) {
    tokens.expectName('ParseExpectedIdentForAt')
    throw tokens.fault('ParseUnsupportedSyntax')
  }
  return alias
}

/** OFFSET is a name as well, unless a number follows. */
export function startsOffset(tokens: Parsing['tokens']): boolean {
  return tokens.isWord('OFFSET') && tokens.peek(1).type === 'number'
}
