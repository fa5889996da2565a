// Random statements over the rows of rows.ts, each written three times: as S3 Select, DuckDB and SQLite have it.
import { cities, tags, textColumns } from './rows.ts'
import type { Random } from './random.ts'

/** One piece of SQL in every language. */
export interface Sql {
  select: string
  duckdb: string
  sqlite: string
}

export interface Query extends Sql {
  /** Rows come in an order the statement settles. */
  isOrdered: boolean
  /** How many values a row has. */
  width: number
}

function same(sql: string): Sql {
  return { select: sql, duckdb: sql, sqlite: sql }
}

/** Fills `{0}`, `{1}` … of each language's pattern with the parts. */
function combine(patterns: Sql | string, ...parts: Sql[]): Sql {
  const pattern = typeof patterns === 'string' ? same(patterns) : patterns
  const fill = (language: keyof Sql) =>
    pattern[language].replaceAll(/\{(\d)\}/g, (_, index: string) => parts[Number(index)]?.[language] ?? '')
  return { select: fill('select'), duckdb: fill('duckdb'), sqlite: fill('sqlite') }
}

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`

/** A column as a number, whatever the format. */
const qty: Sql = { select: 'CAST(s.qty AS INT)', duckdb: 's.qty', sqlite: 's.qty' }
const id: Sql = { select: 'CAST(s.id AS INT)', duckdb: 's.id', sqlite: 's.id' }
const price: Sql = { select: 'CAST(s.price AS DECIMAL)', duckdb: 's.price', sqlite: 's.price' }

function integer(random: Random, depth: number): Sql {
  if (depth === 0 || random.chance(0.5)) {
    const rest = [qty, id, same(String(random.below(2000) - 1000)), textLength(random)]
    return random.pick(rest)
  }
  const [left, right] = [integer(random, depth - 1), integer(random, depth - 1)]
  switch (random.below(6)) {
    case 0:
      return combine('({0} + {1})', left, right)
    case 1:
      return combine('({0} - {1})', left, right)
    case 2:
      return combine('({0} * {1})', left, right)
    case 3: {
      const divisor = same(String(random.pick([-7, -2, 2, 3, 10])))
      return combine({ select: '({0} / {1})', duckdb: '({0} // {1})', sqlite: '({0} / {1})' }, left, divisor)
    }
    case 4:
      return combine('({0} % {1})', left, same(String(random.pick([-7, 2, 3, 10]))))
    default:
      return combine('CASE WHEN {0} THEN {1} ELSE {2} END', comparison(random, 0), left, right)
  }
}

function textLength(random: Random): Sql {
  const column = same(`s.${random.pick(textColumns)}`)
  return combine({ select: 'CHAR_LENGTH({0})', duckdb: 'length({0})', sqlite: 'length({0})' }, column)
}

function text(random: Random, depth: number): Sql {
  if (depth === 0 || random.chance(0.5)) {
    return same(random.chance(0.7) ? `s.${random.pick(textColumns)}` : quoted(random.pick([...cities, ...tags])))
  }
  const inner = text(random, depth - 1)
  switch (random.below(5)) {
    case 0:
      // SQLite knows upper case in ASCII only.
      return combine(random.chance(0.5) ? 'UPPER({0})' : 'LOWER({0})', same(`s.${random.pick(['city', 'tag'])}`))
    case 1: {
      const [from, count] = [1 + random.below(4), random.below(4)]
      const pattern = `({0}, ${from}, ${count})`
      return combine(
        { select: `SUBSTRING${pattern}`, duckdb: `substring${pattern}`, sqlite: `substr${pattern}` },
        inner,
      )
    }
    case 2:
      return combine({ select: 'TRIM({0})', duckdb: "trim({0}, ' ')", sqlite: "trim({0}, ' ')" }, inner)
    case 3:
      return combine('COALESCE(NULLIF({0}, {1}), {1})', inner, text(random, depth - 1))
    default:
      return combine('({0} || {1})', inner, text(random, depth - 1))
  }
}

const operators = ['=', '<>', '<', '<=', '>', '>=']

function comparison(random: Random, depth: number): Sql {
  const operator = random.pick(operators)
  switch (random.below(8)) {
    case 0:
      return combine(`{0} ${operator} {1}`, text(random, depth), text(random, depth))
    case 1:
    case 2:
      return combine(`{0} ${operator} {1}`, integer(random, depth), integer(random, depth))
    case 3:
      return combine(`{0} ${operator} ${random.below(1000)}.${random.pick(['5', '25', '00'])}`, price)
    case 4: {
      const not = random.chance(0.3) ? ' NOT' : ''
      const low = random.below(1500) - 1000
      return combine(`{0}${not} BETWEEN ${low} AND ${low + random.below(800)}`, integer(random, depth))
    }
    case 5: {
      const not = random.chance(0.3) ? ' NOT' : ''
      const list = Array.from({ length: 1 + random.below(4) }, () => quoted(random.pick([...cities, ...tags])))
      return combine(`{0}${not} IN (${list.join(', ')})`, text(random, depth))
    }
    case 6: {
      const not = random.chance(0.3) ? ' NOT' : ''
      const pattern = random.pick([
        '%slo%',
        'O%',
        '%n',
        '_slo',
        '%',
        'a_',
        '%!%%',
        '%!_',
        '%"%',
        'Reykjavik',
        '%x%y%',
        '__',
      ])
      return combine(`{0}${not} LIKE ${quoted(pattern)} ESCAPE '!'`, text(random, depth))
    }
    default:
      return combine(
        random.chance(0.5) ? '{0} IS NULL' : '{0} IS NOT NULL',
        combine('NULLIF({0}, {1})', text(random, 0), text(random, 0)),
      )
  }
}

export function condition(random: Random, depth: number): Sql {
  if (depth === 0 || random.chance(0.35)) return comparison(random, 1)
  const left = condition(random, depth - 1)
  switch (random.below(3)) {
    case 0:
      return combine('({0} AND {1})', left, condition(random, depth - 1))
    case 1:
      return combine('({0} OR {1})', left, condition(random, depth - 1))
    default:
      return combine('NOT ({0})', left)
  }
}

/** A statement over `S3Object s`, or a table named `rows`. */
export function query(random: Random): Query {
  const where = random.chance(0.85) ? combine(' WHERE {0}', condition(random, 2)) : same('')
  switch (random.below(4)) {
    case 0:
      return statement('', listOf([id, qty, same('s.city'), text(random, 2), integer(random, 2)]), where, '')
    case 1:
      return aggregates(random, where)
    case 2:
      return groups(random, where)
    default: {
      const list = listOf([id, same('s.tag'), integer(random, 1)])
      const direction = random.pick(['', ' DESC'])
      const limit = random.chance(0.6) ? ` LIMIT ${1 + random.below(40)}` : ''
      const order = combine(` ORDER BY {0}${direction}, {1}${limit}`, random.pick([qty, same('s.city'), price]), id)
      return { ...statement('', list, where, order), isOrdered: true }
    }
  }
}

function aggregates(random: Random, where: Sql): Query {
  const list = [
    same('COUNT(*)'),
    combine('SUM({0})', qty),
    combine('MIN({0})', price),
    combine('MAX({0})', qty),
    combine('SUM({0})', price),
    combine('COUNT(NULLIF(s.tag, {0}))', same(quoted(random.pick(tags)))),
  ]
  return statement('', listOf(list.slice(0, 1 + random.below(list.length))), where, '')
}

function groups(random: Random, where: Sql): Query {
  const keys = random.pick([['s.city'], ['s.tag'], ['s.city', 's.tag']]).map(same)
  const values = [same('COUNT(*)'), combine('SUM({0})', qty), combine('MAX({0})', price)]
  const having = random.chance(0.3) ? ` HAVING COUNT(*) > ${random.below(20)}` : ''
  const by = keys.map(({ select }) => select).join(', ')
  return statement('', listOf([...keys, ...values]), where, ` GROUP BY ${by}${having}`)
}

interface List {
  sql: Sql
  width: number
}

function listOf(items: Sql[]): List {
  const pattern = items.map((_, index) => `{${index}} AS c${index}`).join(', ')
  return { sql: combine(pattern, ...items), width: items.length }
}

function statement(distinct: string, list: List, where: Sql, tail: Sql | string): Query {
  const end = typeof tail === 'string' ? same(tail) : tail
  const from: Sql = { select: 'S3Object s', duckdb: 'rows s', sqlite: 'rows s' }
  return {
    ...combine(`SELECT ${distinct}{0} FROM {1}{2}{3}`, list.sql, from, where, end),
    isOrdered: false,
    width: list.width,
  }
}
