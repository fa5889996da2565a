import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { seededRandom } from './seeded-random.ts'
import { tokenSoup } from './token-soup.ts'

describe('parseStatement() on random pieces of statements', () => {
  it('throws nothing but S3Error, and says the same again', () => {
    const { random, seed } = seededRandom()
    for (let round = 0; round < 8_000; round++) {
      const soup = tokenSoup(random, 30)
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
