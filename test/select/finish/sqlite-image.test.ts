import { describe, expect, it } from 'vitest'
import { SqliteImage } from '../../../src/select/finish/sqlite-image.ts'
import { Sqlite } from '../../../src/select/finish/sqlite.ts'
import type { SqliteValue } from '../../../src/select/finish/sqlite-record.ts'

const budget = 64 * 1024 * 1024

async function opened(tables: { columns: string[]; rows: SqliteValue[][] }[]): Promise<Sqlite> {
  const image = new SqliteImage(budget)
  tables.forEach(({ columns, rows }, index) => {
    const table = image.table(`t${index}`, columns)
    for (const row of rows) table.add(row)
  })
  return Sqlite.open(image.finish())
}

/** Runs a statement to its end. */
function all(sqlite: Sqlite, sql: string): SqliteValue[][] {
  return [...sqlite.rows(sql)]
}

/** What SQLite itself says of the file, and every row as it was put in. */
async function expectRows(rows: SqliteValue[][], columns: string[]): Promise<void> {
  const sqlite = await opened([{ columns, rows }])
  expect(all(sqlite, 'PRAGMA integrity_check')).toEqual([['ok']])
  expect(all(sqlite, 'SELECT * FROM t0 ORDER BY rowid')).toEqual(rows)
  sqlite.close()
}

describe('SqliteImage', () => {
  it('writes an empty table', async () => {
    await expectRows([], ['a', 'b'])
  })

  it.each<[name: string, value: SqliteValue]>([
    ['null', null],
    ['zero', 0n],
    ['one', 1n],
    ['a small integer', -129n],
    ['the bounds of 32 bits', 2_147_483_647n],
    ['one more', 2_147_483_648n],
    ['the least integer', -(2n ** 63n)],
    ['the greatest integer', 2n ** 63n - 1n],
    ['a fraction', 0.1],
    ['a great float', 1e300],
    ['empty text', ''],
    ['text beyond ASCII', 'naïve 💧'],
    ['bytes', new Uint8Array([0, 255, 7])],
  ])('writes %s', async (_name, value) => {
    await expectRows([[value], [value]], ['a'])
  })

  // Payload sizes around the places where SQLite's rule for spilling changes.
  it('writes texts of every length that changes how they lie', async () => {
    const lengths = [489, 490, 4056, 4057, 4058, 4059, 4060, 4061, 4062, 4063, 4092, 8180, 8190, 20_000, 1_000_000]
    await expectRows(
      lengths.map((length) => ['x'.repeat(length)]),
      ['a'],
    )
  })

  it('writes a thousand columns', async () => {
    const columns = Array.from({ length: 1000 }, (_, index) => `c${index}`)
    await expectRows([columns.map((_, index) => BigInt(index)), columns.map(() => 'text')], columns)
  })

  it('writes trees of two and of three levels', async () => {
    const narrow = Array.from({ length: 20_000 }, (_, index) => [BigInt(index), `row ${index}`])
    await expectRows(narrow, ['a', 'b'])
    // A page for each row makes a tree of three levels out of fewer rows.
    await expectRows(
      Array.from({ length: 600 }, (_, index) => [`${index}:${'x'.repeat(3000)}`]),
      ['a'],
    )
  })

  it('writes several tables side by side', async () => {
    const image = new SqliteImage(budget)
    const one = image.table('t0', ['a'])
    const other = image.table('t1', ['b'])
    for (let row = 0; row < 5000; row += 1) {
      one.add([BigInt(row)])
      other.add([`text ${row}`])
    }
    const sqlite = await Sqlite.open(image.finish())
    expect(all(sqlite, 'PRAGMA integrity_check')).toEqual([['ok']])
    expect(all(sqlite, 'SELECT count(*), sum(a) FROM t0')).toEqual([[5000n, 12_497_500n]])
    expect(all(sqlite, 'SELECT count(DISTINCT b) FROM t1')).toEqual([[5000n]])
    sqlite.close()
  })

  it('refuses to grow over its budget', () => {
    const table = new SqliteImage(1_000_000).table('t0', ['a'])
    const fill = () => {
      for (let row = 0; row < 1000; row += 1) table.add(['x'.repeat(3000)])
    }
    expect(fill).toThrow(RangeError)
  })
})

describe('Sqlite', () => {
  it('calls functions, and fails with what they throw', async () => {
    const sqlite = await opened([{ columns: ['a'], rows: [[2n], [3n]] }])
    sqlite.define('twice', 1, (value) => 2 * Number(value))
    sqlite.define('fails', 1, () => {
      throw new RangeError('too much')
    })
    expect(all(sqlite, 'SELECT twice(a) FROM t0')).toEqual([[4], [6]])
    expect(() => all(sqlite, 'SELECT fails(a) FROM t0')).toThrow(new RangeError('too much'))
    sqlite.close()
  })

  it('tells case apart in LIKE', async () => {
    const sqlite = await opened([{ columns: ['a'], rows: [['Ab'], ['ab']] }])
    expect(all(sqlite, "SELECT a FROM t0 WHERE a LIKE 'a%'")).toEqual([['ab']])
    sqlite.close()
  })

  it('answers a statement SQLite refuses with UnsupportedSqlOperation', async () => {
    const sqlite = await opened([{ columns: ['a'], rows: [] }])
    expect(() => all(sqlite, 'SELECT b FROM t0')).toThrow(expect.objectContaining({ code: 'UnsupportedSqlOperation' }))
    sqlite.close()
  })
})
