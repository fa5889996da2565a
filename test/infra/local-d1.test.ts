// The D1Database of one machine against D1's own results and errors, as the Worker relies on them.
import { expect, it } from 'vitest'
import type { Statement, StatementResult } from '../../infra/embedded/local/database.ts'
import { localD1 } from '../../infra/embedded/local/local-d1.ts'
import { memoryStorage } from '../support/sql-storage.ts'

function database() {
  const storage = memoryStorage()
  const { sql } = storage
  const calls: string[] = []
  const run = ({ sql: text, params, raw }: Statement): StatementResult => {
    const cursor = sql.exec(text, ...params)
    const results = raw === true ? Array.from(cursor.raw() as Iterable<SqlStorageValue[]>) : cursor.toArray()
    return { results, changes: cursor.rowsWritten, lastRowId: 0, rowsRead: 0, rowsWritten: cursor.rowsWritten }
  }
  const d1 = localD1({
    read(statements) {
      calls.push('read')
      return statements.map(run)
    },
    write(statements) {
      calls.push('write')
      return storage.transactionSync(() => statements.map(run))
    },
  })
  sql.exec('CREATE TABLE t (a TEXT PRIMARY KEY, b ANY)')
  return { d1, calls }
}

it('gives rows, a first row, one column of it, and cells', async () => {
  const { d1 } = database()
  const insert = d1.prepare('INSERT INTO t VALUES (?, ?)')
  expect((await insert.bind('x', 1).run()).meta.changes).toBe(1)
  await insert.bind('y', true).run()
  const all = d1.prepare('SELECT a, b FROM t ORDER BY a')
  expect(await all.all()).toMatchObject({
    success: true,
    results: [
      { a: 'x', b: 1 },
      { a: 'y', b: 1 },
    ],
  })
  expect(await all.first()).toEqual({ a: 'x', b: 1 })
  expect(await all.first('b')).toBe(1)
  expect(await all.raw()).toEqual([
    ['x', 1],
    ['y', 1],
  ])
  expect(await d1.prepare("SELECT a FROM t WHERE a = 'z'").first()).toBeNull()
  await expect(all.first('c')).rejects.toThrow('D1_COLUMN_NOTFOUND')
})

it('gives bytes as numbers', async () => {
  const { d1 } = database()
  await d1
    .prepare('INSERT INTO t VALUES (?, ?)')
    .bind('x', new Uint8Array([7, 1, 2, 9]).subarray(1, 3))
    .run()
  expect(await d1.prepare('SELECT b FROM t').first('b')).toEqual([1, 2])
})

it('applies a batch whole or not at all, and says why as D1 does', async () => {
  const { d1 } = database()
  const insert = (a: string) => d1.prepare('INSERT INTO t VALUES (?, 0)').bind(a)
  await expect(d1.batch([insert('x'), insert('x')])).rejects.toThrow(/^D1_ERROR: .*UNIQUE constraint failed: t\.a/)
  expect(await d1.prepare('SELECT count(*) AS n FROM t').first('n')).toBe(0)
  expect((await d1.batch([insert('x'), insert('y')])).map(({ meta }) => meta.changes)).toEqual([1, 1])
  await expect(d1.batch([])).rejects.toThrow('D1_ERROR')
})

it('refuses values that SQLite has not', () => {
  const { d1 } = database()
  expect(() => d1.prepare('SELECT ?').bind(undefined)).toThrow('D1_TYPE_ERROR')
  expect(() => d1.prepare('SELECT ?').bind({})).toThrow('D1_TYPE_ERROR')
})

it.each([
  ['SELECT 1', 'read'],
  ['  select 1', 'read'],
  ['WITH x AS (SELECT 1 AS a) SELECT a FROM x', 'read'],
  ["WITH x AS (SELECT 'k' AS a) INSERT INTO t SELECT a, 1 FROM x", 'write'],
  ['INSERT INTO t VALUES (1, 1) RETURNING a', 'write'],
  ['UPDATE t SET b = 1', 'write'],
])('%s is a %s', async (sql, kind) => {
  const { d1, calls } = database()
  await d1.prepare(sql).all()
  expect(calls).toEqual([kind])
})
