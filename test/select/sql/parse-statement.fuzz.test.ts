import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { seededRandom } from './seeded-random.ts'

const pieces =
  `SELECT FROM WHERE LIMIT S3Object S3Object[*] s a "b" 'c' 1 2.5 .3 9223372036854775808 AND OR NOT IN BETWEEN LIKE
ESCAPE IS NULL MISSING TRUE FALSE CASE WHEN THEN ELSE END CAST AS INT DECIMAL ( ) ( ) [ ] , , . ; * + - / % ^ || = <> != < <= > >=
COUNT( SUM( LOWER( SUBSTRING( TRIM( EXTRACT( DATE_ADD( COALESCE( year FOR GROUP BY HAVING ORDER ASC DESC NULLS FIRST DISTINCT ALL
OFFSET UNION INTERSECT EXCEPT WITH EXISTS JOIN LEFT ON CROSS OVER PARTITION ROWS CURRENT ROW "b/k" \`2010T\` @ ? { } : ! | -- /*
*/ ' " \` # \u00E9 \u{1F600} \uD800 e1 0x1 x.y[0]['z']`.split(/\s+/)

describe('parseStatement() on random pieces of statements', () => {
  it('throws nothing but S3Error, and says the same again', () => {
    const { random, seed } = seededRandom()
    for (let round = 0; round < 8_000; round++) {
      const count = 1 + Math.floor(random() * 30)
      const soup = Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join(
        random() < 0.9 ? ' ' : '',
      )
      // Half of them begin as a statement should.
      const text = round % 2 === 0 ? soup : `SELECT a FROM S3Object s WHERE ${soup}`
      for (const dialect of ['aws', 'extended', 'lenient'] as const) {
        try {
          const statement = parseStatement(text, dialect)
          expect(parseStatement(text, dialect)).toEqual(statement)
        } catch (error) {
          expect(error, `seed ${seed}: ${text}`).toBeInstanceOf(S3Error)
        }
      }
    }
  })
})
