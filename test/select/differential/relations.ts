// Random statements over two tables: joins, unions, subqueries and window functions, as S3 Select and as DuckDB have them.
import { cities, tags } from './rows.ts'
import type { Random } from './random.ts'

export interface RelationalQuery {
  select: string
  duckdb: string
  /** How many values a row has, called c0, c1 … */
  width: number
}

/** The second object's name in a statement. */
export const othersName = 'd/others'

/** A number of a table, cast as CSV needs it. */
const int = (table: string, column: 'id' | 'qty') => `CAST(${table}.${column} AS INT)`

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** `{own}` and `{others}` are the tables. */
function written(pattern: string, width: number): RelationalQuery {
  const fill = (own: string, others: string) => pattern.replaceAll('{own}', own).replaceAll('{others}', others)
  return { select: fill('S3Object', `"${othersName}"`), duckdb: fill('rows', 'others'), width }
}

const listed = (values: readonly string[]) => values.map((value, index) => `${value} AS c${index}`).join(', ')

/** A condition on one table. */
function condition(random: Random, table: string): string {
  switch (random.below(6)) {
    case 0:
      return `${table}.city = ${quoted(random.pick(cities))}`
    case 1:
      return `${table}.tag IN (${quoted(random.pick(tags))}, ${quoted(random.pick(tags))})`
    case 2:
      return `${int(table, 'qty')} > ${random.below(1500) - 1000}`
    case 3:
      return `${int(table, 'id')} BETWEEN ${random.below(30)} AND ${20 + random.below(40)}`
    case 4:
      return `${table}.note LIKE '%x%'`
    default:
      return `(${condition(random, table)} OR NOT ${condition(random, table)})`
  }
}

function joinCondition(random: Random): string {
  const both = ['a.city = b.city', 'a.tag = b.tag', `${int('a', 'id')} = ${int('b', 'id')} + ${random.below(5)}`]
  switch (random.below(6)) {
    case 0:
      return `${random.pick(both)} AND ${int('a', 'qty')} < ${int('b', 'qty')}`
    case 1:
      return `${random.pick(both)} AND ${condition(random, random.pick(['a', 'b']))}`
    case 2:
      return 'UPPER(a.city) = UPPER(b.city) AND a.tag <> b.tag'
    case 3:
      return `a.tag = b.tag OR ${int('a', 'id')} = ${int('b', 'id')}`
    default:
      return random.pick(both)
  }
}

const joinKinds = ['JOIN', 'INNER JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'LEFT OUTER JOIN', 'CROSS JOIN']

function from(random: Random): string {
  const kind = random.pick(joinKinds)
  const on = kind === 'CROSS JOIN' ? '' : ` ON ${joinCondition(random)}`
  return random.chance(0.5) ? `{own} a ${kind} {others} b${on}` : `{others} b ${kind} {own} a${on}`
}

function where(random: Random): string {
  switch (random.below(5)) {
    case 0:
      return ` WHERE ${condition(random, 'a')}`
    case 1:
      return ` WHERE ${condition(random, 'b')} OR ${condition(random, 'a')}`
    case 2:
      return ` WHERE ${random.pick(['a', 'b'])}.city IS ${random.pick(['NULL', 'NOT NULL'])}`
    case 3:
      return ` WHERE a.note || b.note LIKE '%y%'`
    default:
      return ''
  }
}

function join(random: Random): RelationalQuery {
  const values = [int('a', 'id'), int('b', 'id'), 'a.city', 'b.tag', `COALESCE(a.note, b.note)`]
  return written(`SELECT ${listed(values)} FROM ${from(random)}${where(random)}`, values.length)
}

function groupedJoin(random: Random): RelationalQuery {
  const key = random.pick(['a.city', 'b.tag', 'a.tag'])
  const values = [key, 'COUNT(*)', `SUM(${int('b', 'qty')})`, `MIN(${int('a', 'qty')})`, 'COUNT(DISTINCT a.tag)']
  const having = random.chance(0.3) ? ` HAVING COUNT(*) > ${random.below(20)}` : ''
  return written(
    `SELECT ${listed(values)} FROM ${from(random)}${where(random)} GROUP BY ${key}${having}`,
    values.length,
  )
}

function threeTables(random: Random): RelationalQuery {
  const values = [int('a', 'id'), int('b', 'id'), int('c', 'id')]
  const [first, second] = [random.pick(['JOIN', 'LEFT JOIN']), random.pick(['JOIN', 'LEFT JOIN'])]
  const on = random.pick(['c.city = b.city', `${int('c', 'id')} = ${int('a', 'id')} + 1`])
  return written(
    `SELECT ${listed(values)} FROM {own} a ${first} {others} b ON a.tag = b.tag AND ${condition(random, 'b')} ${second} {own} c ON ${on} AND ${condition(random, 'c')} WHERE ${condition(random, 'a')}`,
    values.length,
  )
}

function union(random: Random): RelationalQuery {
  const side = (table: string, alias: string) => {
    const numbers = int(alias, random.pick(['id', 'qty']))
    return `SELECT ${alias}.city AS c0, ${numbers} AS c1 FROM ${table} ${alias} WHERE ${condition(random, alias)}`
  }
  const operator = random.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'])
  const more = random.chance(0.3) ? ` UNION ALL ${side('{own}', 'c')}` : ''
  return written(`${side('{own}', 'a')} ${operator} ${side('{others}', 'b')}${more}`, 2)
}

function subquery(random: Random): RelationalQuery {
  const values = [int('a', 'id'), 'a.city']
  const not = random.pick(['', 'NOT '])
  switch (random.below(6)) {
    case 0:
      return written(
        `SELECT ${listed(values)} FROM {own} a WHERE a.city ${not}IN (SELECT b.city FROM {others} b WHERE ${condition(random, 'b')})`,
        2,
      )
    case 1:
      return written(
        `SELECT ${listed(values)} FROM {own} a WHERE ${not}EXISTS (SELECT 1 FROM {others} b WHERE ${joinCondition(random)} AND ${condition(random, 'b')})`,
        2,
      )
    case 2: {
      const value = `(SELECT ${random.pick(['COUNT(*)', `MAX(${int('b', 'qty')})`, `SUM(${int('b', 'id')})`])} FROM {others} b WHERE ${joinCondition(random)})`
      return written(`SELECT ${listed([...values, value])} FROM {own} a WHERE ${condition(random, 'a')}`, 3)
    }
    case 3:
      return written(
        `SELECT ${listed(values)} FROM {own} a WHERE ${int('a', 'qty')} > (SELECT AVG(${int('b', 'qty')}) FROM {others} b WHERE b.tag = a.tag)`,
        2,
      )
    case 4: {
      const inner = `SELECT b.city AS place, COUNT(*) AS n, SUM(${int('b', 'qty')}) AS total FROM {others} b GROUP BY b.city`
      return written(
        `SELECT ${listed([...values, 'q.n', 'q.total'])} FROM {own} a ${random.pick(['JOIN', 'LEFT JOIN'])} (${inner}) q ON q.place = a.city WHERE ${condition(random, 'a')}`,
        4,
      )
    }
    default: {
      const inner = `SELECT a.tag AS tag, COUNT(*) AS n FROM {own} a WHERE ${condition(random, 'a')} GROUP BY a.tag`
      return written(
        `WITH q AS (${inner}) SELECT x.tag AS c0, x.n + y.n AS c1 FROM q x JOIN q y ON x.n < y.n OR x.tag = y.tag`,
        2,
      )
    }
  }
}

function window(random: Random): RelationalQuery {
  const partition = random.pick(['', 'PARTITION BY a.city ', 'PARTITION BY a.tag, a.city '])
  const order = `ORDER BY ${int('a', 'qty')}${random.pick(['', ' DESC'])}`
  const total = `${order}, ${int('a', 'id')}`
  const frame = random.pick([
    '',
    ` ROWS BETWEEN ${random.below(4)} PRECEDING AND CURRENT ROW`,
    ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
    ` ROWS BETWEEN 1 PRECEDING AND ${1 + random.below(3)} FOLLOWING`,
  ])
  const all = [
    `ROW_NUMBER() OVER (${partition}${total})`,
    `RANK() OVER (${partition}ORDER BY a.tag)`,
    `DENSE_RANK() OVER (${partition}${order})`,
    `SUM(${int('a', 'qty')}) OVER (${partition}${total}${frame})`,
    `COUNT(*) OVER (${partition}${total}${frame})`,
    `MAX(${int('a', 'qty')}) OVER (${partition}${total}${frame})`,
    `AVG(${int('a', 'qty')}) OVER (${partition}${total}${frame})`,
    `LAG(a.city) OVER (${partition}${total})`,
    `LEAD(${int('a', 'qty')}, 2, 0) OVER (${partition}${total})`,
    `FIRST_VALUE(a.note) OVER (${partition}${total})`,
    `NTILE(3) OVER (${partition}${total})`,
  ]
  const values = [int('a', 'id'), random.pick(all), random.pick(all)]
  const source = random.pick(['{own} a', '{own} a', '{own} a JOIN {others} b ON a.id = b.id'])
  const filter = random.chance(0.4) ? ` WHERE ${condition(random, 'a')}` : ''
  return written(`SELECT ${listed(values)} FROM ${source}${filter}`, values.length)
}

/** A statement over `{own}`, the request's object, and a second one of the same columns. */
export function relationalQuery(random: Random): RelationalQuery {
  return random.pick([join, join, groupedJoin, threeTables, union, subquery, subquery, window])(random)
}
