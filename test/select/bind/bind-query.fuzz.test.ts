import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { bindQuery } from '../../../src/select/bind/bind-query.ts'
import { needsFinisher } from '../../../src/select/bind/statement-sources.ts'
import type { SourceFacts } from '../../../src/select/bind/source-scope.ts'
import { finishSources, planFinish } from '../../../src/select/finish/sqlite-sql.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { runPlan } from '../finish/run-plan.ts'
import { seededRandom } from '../sql/seeded-random.ts'
import { tokenSoup } from '../sql/token-soup.ts'

const { random, seed } = seededRandom()

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!
}

/** What may stand in FROM, with names that are its columns. */
const sources: [string, string[]][] = [
  ['S3Object', ['_1', '_2', 'S3Object._1']],
  ['S3Object s', ['_1', 's._2', 's.b']],
  ['S3Object[*].x s', ['s.b', 's.c.d']],
  ['S3Object s, "b/k" t', ['s._1', 't._2', 's.b', 't.b']],
  ['S3Object s LEFT JOIN "b/k" t ON s._1 = t._2', ['s._1', 't._2']],
  ['(SELECT _1 AS v, _2 AS w FROM S3Object) q', ['v', 'q.w']],
  ['nothing', ['a']],
]
const others = ['1', "'x'", '2.5', 'NULL', 'TRUE', 'COUNT(*)']
const operators = ['=', '<', '+', '||', 'AND', 'OR', 'LIKE', '<>']

function statement(): string {
  const [from, columns] = pick(sources)
  const leaf = (): string => {
    const column = pick(columns)
    if (random() < 0.6) return column
    return pick([
      ...others,
      `SUM(${column})`,
      `RANK() OVER (ORDER BY ${column})`,
      `(SELECT MAX(_1) FROM S3Object WHERE _2 = ${column})`,
      `EXISTS (SELECT _1 FROM "b/k")`,
      `LOWER(${column})`,
      `CAST(${column} AS INT)`,
    ])
  }
  const value = (): string => (random() < 0.5 ? leaf() : `${leaf()} ${pick(operators)} ${leaf()}`)
  const list = pick([value, value, () => '*', () => `${value()} AS a, ${value()}`])()
  const where = pick(['', '', `WHERE ${value()}`, `WHERE ${tokenSoup(random, 4)}`])
  const group = pick(['', '', `GROUP BY ${pick(columns)}`, 'GROUP BY 1', 'HAVING COUNT(*) > 1'])
  const union = pick(['', '', '', 'UNION SELECT _1 FROM S3Object'])
  const order = pick(['', '', 'ORDER BY 1', `ORDER BY ${value()} DESC`])
  return `SELECT ${list} FROM ${from} ${where} ${group} ${union} ${order} ${pick(['', 'LIMIT 1'])}`
}

const allFacts: Omit<SourceFacts, 'dialect'>[] = [
  { names: ['_1', '_2', 'b', 'B'], format: 'CSV', header: 'USE' },
  { names: null, format: 'CSV', header: 'NONE' },
  { names: null, format: 'JSON' },
  { names: ['_1', '_2', 'b'], format: 'Parquet' },
]

describe('bindQuery() and planFinish() on random statements', () => {
  it('throw nothing but S3Error, and make SQL that SQLite reads', async () => {
    let planned = 0
    for (let round = 0; round < 1500; round++) {
      const text = statement()
      for (const dialect of ['aws', 'extended', 'extended', 'lenient'] as const) {
        const facts = { ...pick(allFacts), dialect }
        try {
          const parsed = parseStatement(text, dialect)
          if (needsFinisher(parsed)) {
            const plan = planFinish(
              parsed,
              finishSources(parsed).map(() => facts),
            )
            planned++
            if (planned % 3 === 0) await runPlan(plan, [])
          } else bindQuery(parsed, facts)
        } catch (error) {
          expect(error, `seed ${seed}: ${text}`).toBeInstanceOf(S3Error)
          expect((error as S3Error).code, `seed ${seed}: ${text}: ${String(error)}`).not.toBe('UnsupportedSqlOperation')
        }
      }
    }
    expect(planned).toBeGreaterThan(200)
  })
})
