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

const sources = ['S3Object', 'S3Object s', 'S3Object[*].x s', 'S3Object s, "b/k" t', '(SELECT * FROM S3Object) q', 's']
const values = [
  'a',
  's.a',
  't.b',
  'q.a',
  '_1',
  '1',
  "'x'",
  'COUNT(*)',
  'SUM(a)',
  'RANK() OVER (ORDER BY a)',
  '(SELECT a FROM S3Object)',
]
const operators = ['=', '<', '+', '||', 'AND', 'OR', 'LIKE', 'IN']
const tails = [
  '',
  'GROUP BY a',
  'GROUP BY 1',
  'ORDER BY 1',
  'ORDER BY a DESC',
  'LIMIT 1',
  'UNION SELECT a FROM S3Object',
  'HAVING COUNT(*) > 1',
]

function statement(): string {
  const value = (): string => (random() < 0.5 ? pick(values) : `${pick(values)} ${pick(operators)} ${pick(values)}`)
  const list = pick([value, () => '*', () => 's.*', () => `${value()} AS a, ${value()}`])()
  const where = pick(['', `WHERE ${value()}`, `WHERE ${tokenSoup(random, 4)}`])
  return `SELECT ${list} FROM ${pick(sources)} ${where} ${pick(tails)} ${pick(tails)}`
}

const allFacts: Omit<SourceFacts, 'dialect'>[] = [
  { names: ['a', 'b', 'A'], format: 'CSV', header: 'USE' },
  { names: null, format: 'CSV', header: 'NONE' },
  { names: null, format: 'JSON' },
  { names: ['a', 'b'], format: 'Parquet' },
]

describe('bindQuery() and planFinish() on random statements', () => {
  it('throw nothing but S3Error, and make SQL that SQLite reads', async () => {
    let planned = 0
    for (let round = 0; round < 1500; round++) {
      const text = statement()
      for (const dialect of ['aws', 'extended', 'lenient'] as const) {
        const facts = { ...pick(allFacts), dialect }
        try {
          const parsed = parseStatement(text, dialect)
          if (needsFinisher(parsed)) {
            const plan = planFinish(
              parsed,
              finishSources(parsed).map(() => facts),
            )
            planned++
            if (planned % 4 === 0) await runPlan(plan, [])
          } else bindQuery(parsed, facts)
        } catch (error) {
          expect(error, `seed ${seed}: ${text}`).toBeInstanceOf(S3Error)
          expect((error as S3Error).code, `seed ${seed}: ${text}: ${String(error)}`).not.toBe('UnsupportedSqlOperation')
        }
      }
    }
    expect(planned).toBeGreaterThan(20)
  })
})
