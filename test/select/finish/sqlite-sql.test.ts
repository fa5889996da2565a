import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import type { SourceFacts } from '../../../src/select/bind/source-scope.ts'
import { finishSources, planFinish } from '../../../src/select/finish/sqlite-sql.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { formatText } from '../../../src/select/value/format.ts'
import { parseDecimal } from '../../../src/select/value/decimal.ts'
import { Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { showBoundQuery } from '../bind/show-bound.ts'
import { runPlan } from './run-plan.ts'

const orderNames = ['id', 'customer', 'amount', 'day']
const orders = [
  ['1', 'ann', '10.50', '2020-01-01'],
  ['2', 'bob', '7', '2020-01-02'],
  ['3', 'ann', '0.25', '2020-01-03'],
  ['4', 'eve', '100', '2020-01-03'],
  ['5', 'bob', '', '2020-01-04'],
]
const customerNames = ['name', 'city', 'age']
const customers = [
  ['ann', 'Oslo', '30'],
  ['bob', 'Rome', '41'],
  ['cid', 'Oslo', '22'],
]

const structs = (names: string[], rows: string[][]) => rows.map((row) => new Struct(names, row))
const csvFacts = (names: string[]): SourceFacts => ({ names, format: 'CSV', header: 'USE', dialect: 'extended' })
const jsonFacts: SourceFacts = { names: null, format: 'JSON', dialect: 'extended' }

/** JSON as a reader gives it. */
function fromJson(value: unknown): Value {
  if (typeof value === 'string' && /^\d+\.\d+$/.test(value)) return parseDecimal(value)
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : parseDecimal(String(value))
  if (Array.isArray(value)) return value.map(fromJson)
  if (value === null || typeof value !== 'object') return value as null | boolean | string
  return new Struct(Object.keys(value), Object.values(value).map(fromJson))
}

/** The request's object is the orders; "d/customers" the customers. */
function planCsv(text: string) {
  const statement = parseStatement(text, 'extended')
  const sources = finishSources(statement)
  const plan = planFinish(
    statement,
    sources.map(({ object }) => csvFacts(object === null ? orderNames : customerNames)),
  )
  const records = sources.map(({ object }) => {
    return object === null ? structs(orderNames, orders) : structs(customerNames, customers)
  })
  return { plan, records }
}

async function runCsv(text: string): Promise<string[]> {
  const { plan, records } = planCsv(text)
  const rows = await runPlan(plan, records)
  return rows.map((row) =>
    row.map((value) => (value === null || value === undefined ? '-' : formatText(value))).join(' '),
  )
}

async function runJson(text: string, objects: unknown[][]): Promise<string[]> {
  const statement = parseStatement(text, 'extended')
  const plan = planFinish(
    statement,
    finishSources(statement).map(() => jsonFacts),
  )
  const rows = await runPlan(
    plan,
    objects.map((records) => records.map((record) => fromJson(record) as Struct)),
  )
  return rows.map((row) =>
    row.map((value) => (value === null || value === undefined ? '-' : formatText(value))).join(' '),
  )
}

describe('planFinish()', () => {
  it.each<[string, string[]]>([
    [
      'SELECT o.id, c.city FROM S3Object o JOIN "d/customers" c ON o.customer = c.name ORDER BY o.id',
      ['1 Oslo', '2 Rome', '3 Oslo', '5 Rome'],
    ],
    [
      'SELECT id, city FROM S3Object, "d/customers" WHERE customer = name AND CAST(id AS INT) > 2 ORDER BY id DESC',
      ['5 Rome', '3 Oslo'],
    ],
    [
      'SELECT o.id, c.city FROM S3Object o LEFT JOIN "d/customers" c ON o.customer = c.name WHERE c.city IS NULL',
      ['4 -'],
    ],
    [
      `SELECT c.name, o.id FROM S3Object o RIGHT JOIN "d/customers" c ON o.customer = c.name AND o.amount <> '' ORDER BY 1, 2`,
      ['ann 1', 'ann 3', 'bob 2', 'cid -'],
    ],
    [
      `SELECT c.name, COALESCE(o.id, 'none') FROM "d/customers" c LEFT JOIN S3Object o ON o.customer = c.name
        AND CAST(o.id AS INT) > 2 ORDER BY c.name, o.id`,
      ['ann 3', 'bob 5', 'cid none'],
    ],
    [
      'SELECT o.id, c.name FROM S3Object o FULL JOIN "d/customers" c ON o.customer = c.name WHERE o.id IS NULL OR c.name IS NULL ORDER BY o.id',
      ['4 -', '- cid'],
    ],
    [
      `SELECT c.city, COUNT(*) n, SUM(CAST(o.amount AS DECIMAL)) total, MAX(o.day) FROM S3Object o
        JOIN "d/customers" c ON o.customer = c.name WHERE o.amount <> '' GROUP BY c.city HAVING COUNT(*) > 0 ORDER BY total DESC`,
      ['Oslo 2 10.75 2020-01-03', 'Rome 1 7 2020-01-02'],
    ],
    ['SELECT COUNT(*), MIN(c.age), AVG(CAST(c.age AS INT)) FROM S3Object o CROSS JOIN "d/customers" c', ['15 22 31']],
    ['SELECT COUNT(*) n FROM S3Object o, "d/customers" c HAVING SUM(CAST(o.id AS INT)) > 44 ORDER BY n', ['15']],
    ['SELECT 1 FROM S3Object o, "d/customers" c WHERE o.id = c.age HAVING COUNT(*) = 0', ['1']],
    ['SELECT 1 FROM S3Object o, "d/customers" c HAVING COUNT(*) = 0', []],
    ['SELECT SUM(DISTINCT CAST(c.age AS INT)), COUNT(DISTINCT o.day) FROM S3Object o, "d/customers" c', ['93 4']],
    [
      'SELECT SUM(CAST(c.age AS INT)) / 2, SUM(CAST(c.age AS INT)) FROM S3Object o JOIN "d/customers" c ON o.customer = c.name',
      ['71 142'],
    ],
    [
      `SELECT o.customer || '@' || c.city, CAST(o.id AS INT) + CAST(c.age AS INT) FROM S3Object o
        JOIN "d/customers" c ON o.customer = c.name AND CAST(o.id AS INT) < CAST(c.age AS INT) ORDER BY 2`,
      ['ann@Oslo 31', 'ann@Oslo 33', 'bob@Rome 43', 'bob@Rome 46'],
    ],
    [
      'SELECT o.id = c.age, o.id < c.age AND TRUE FROM S3Object o JOIN "d/customers" c ON o.customer = c.name WHERE c.name LIKE \'a%\'',
      ['false true', 'false true'],
    ],
    ['SELECT id FROM S3Object UNION SELECT age FROM "d/customers" ORDER BY id LIMIT 3', ['1', '2', '22']],
    [
      `SELECT customer FROM S3Object INTERSECT SELECT name FROM "d/customers" UNION ALL SELECT 'x' FROM S3Object WHERE id = '1'`,
      ['ann', 'bob', 'x'],
    ],
    ['SELECT customer FROM S3Object EXCEPT SELECT name FROM "d/customers"', ['eve']],
    ['(SELECT id FROM S3Object ORDER BY id DESC LIMIT 2) UNION ALL (SELECT id FROM S3Object LIMIT 1)', ['5', '4', '1']],
    [
      'SELECT id FROM S3Object WHERE customer IN (SELECT name FROM "d/customers" WHERE city = \'Oslo\') ORDER BY id',
      ['1', '3'],
    ],
    ['SELECT id FROM S3Object WHERE customer NOT IN (SELECT name FROM "d/customers")', ['4']],
    ['SELECT name FROM "d/customers" c WHERE NOT EXISTS (SELECT * FROM S3Object o WHERE o.customer = c.name)', ['cid']],
    [
      'SELECT c.name, (SELECT COUNT(*) FROM S3Object WHERE customer = c.name) n FROM "d/customers" c ORDER BY n DESC, name',
      ['ann 2', 'bob 2', 'cid 0'],
    ],
    ['SELECT id FROM S3Object WHERE CAST(id AS INT) > (SELECT AVG(CAST(id AS INT)) FROM S3Object)', ['4', '5']],
    [
      'SELECT t.city, t.n FROM (SELECT city, COUNT(*) AS n FROM "d/customers" GROUP BY city) AS t WHERE t.n > 1',
      ['Oslo 2'],
    ],
    [
      'WITH big AS (SELECT id, customer FROM S3Object WHERE CAST(id AS INT) >= 3), c AS (SELECT * FROM big) SELECT COUNT(*), MIN(c.id) FROM c JOIN big b ON b.id = c.id',
      ['3 3'],
    ],
    [
      `SELECT customer, id, RANK() OVER (PARTITION BY customer ORDER BY CAST(id AS INT) DESC) r, COUNT(*) OVER () n FROM S3Object
        WHERE customer <> 'eve' ORDER BY customer, r`,
      ['ann 3 1 4', 'ann 1 2 4', 'bob 5 1 4', 'bob 2 2 4'],
    ],
    [
      `SELECT id, SUM(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), LAG(id, 1, 'no') OVER (ORDER BY id) FROM S3Object WHERE amount <> '' ORDER BY id`,
      ['1 10.5 no', '2 17.5 1', '3 7.25 2', '4 100.25 3'],
    ],
    [
      'SELECT o.*, c.* FROM S3Object o JOIN "d/customers" c ON c.name = o.customer WHERE o.id = \'1\'',
      ['1 ann 10.50 2020-01-01 ann Oslo 30'],
    ],
    [
      'SELECT * FROM S3Object o JOIN "d/customers" c ON c.name = o.customer WHERE o.id = \'2\'',
      ['2 bob 7 2020-01-02 bob Rome 41'],
    ],
    ['SELECT name, age FROM "d/customers" WHERE CAST(age AS INT) > 25', ['ann 30', 'bob 41']],
    [
      'SELECT DISTINCT c.city FROM S3Object o JOIN "d/customers" c ON o.customer = c.name ORDER BY c.city DESC',
      ['Rome', 'Oslo'],
    ],
    [
      "SELECT CASE WHEN c.name IS NULL THEN 'unknown' WHEN o.amount = '' THEN 'none' ELSE CAST(CAST(o.amount AS DECIMAL) * CAST(c.age AS INT) AS STRING) END x FROM S3Object o LEFT JOIN \"d/customers\" c ON o.customer = c.name ORDER BY o.id",
      ['315.00', '287', '7.50', 'unknown', 'none'],
    ],
    [
      'SELECT UTCNOW(), 1 + 1, CAST(o.day AS TIMESTAMP) FROM "d/customers" c, S3Object o LIMIT 1',
      ['1970-01-01T00:00:00Z 2 2020-01-01'],
    ],
    [
      `SELECT TO_TIMESTAMP(o.day), DATE_ADD(day, CAST(c.age AS INT), CAST(o.day AS TIMESTAMP)) FROM S3Object o JOIN "d/customers" c ON o.customer = c.name WHERE o.id = '1'`,
      ['2020-01-01 2020-01-31'],
    ],
    [
      "SELECT id FROM S3Object o WHERE id IN ('1', '2') AND EXISTS (SELECT * FROM \"d/customers\") OR id = '5'",
      ['1', '2', '5'],
    ],
  ])('%s', async (text, rows) => {
    expect(await runCsv(text)).toEqual(rows)
  })

  it('joins JSON by paths, and gives booleans, numbers and nested values back', async () => {
    const left = [
      { id: 1, tags: ['a', 'b'], ok: true, price: 1.5, ref: { k: 'x' } },
      { id: 2, ok: false, price: '12345678901234567.25', ref: { k: 'y' } },
    ]
    const right = [
      { k: 'x', n: 7 },
      { k: 'y', n: null },
    ]
    const from = 'FROM S3Object s JOIN "d/r"[*].rows[*] t ON s.ref.k = t.k'
    expect(await runJson(`SELECT s.id, s.tags, s.ok, s.price, t.n ${from} ORDER BY s.id`, [left, right])).toEqual([
      '1 ["a","b"] true 1.5 7',
      '2 - false 12345678901234567.25 -',
    ])
    expect(
      await runJson(`SELECT q.x.k, q.t[1], NOT q.ok FROM (SELECT s.ref AS x, s.tags AS t, s.ok ${from}) q`, [
        left,
        right,
      ]),
    ).toEqual(['x b false', 'y - true'])
    const correlated =
      'SELECT s.id FROM S3Object s WHERE EXISTS (SELECT 1 FROM "d/r" t WHERE t.k = s.ref.k AND t.n > 1)'
    expect(await runJson(correlated, [left, right])).toEqual(['1'])
  })

  it('keeps integers apart from floats in functions, to the last digit', async () => {
    const left = [{ b: '9007199254740993', k: 1 }]
    const right = [{ k: 1, n: 2 }]
    const statement =
      'SELECT CAST(s.b AS INT) + t.n, CAST(s.b AS INT) / t.n, s.k / t.n FROM S3Object s JOIN "d/r" t ON s.k = t.k'
    expect(await runJson(statement, [left, right])).toEqual(['9007199254740995 4503599627370496 0'])
  })

  it('leaves to each scan what is of its source alone', () => {
    const { plan } = planCsv(
      `SELECT LOWER(c.city), o.id FROM S3Object o JOIN "d/customers" c ON o.customer = c.name AND c.city <> 'Rome'
        WHERE o.amount <> '' AND CAST(o.amount AS INT) > 5 AND (c.age > '3' OR o.id = '1')`,
    )
    expect(plan.leaves.map(({ object, query }) => [object, showBoundQuery(query)])).toEqual([
      [null, { output: "c0: #2, c1: (#1 = '1'), c2: #1", where: "((#3 <> '') and (INT(#3) > 5))" }],
      [
        { bucket: 'd', key: 'customers' },
        { output: "c0: #1, c1: (#3 > '3'), c2: LOWER(#2)", where: "(#2 <> 'Rome')" },
      ],
    ])
    expect(plan.sql).toBe(
      "SELECT t1.c2 AS c0, t0.c2 AS c1 FROM t0 JOIN t1 ON (t0.c0 = t1.c0) WHERE tick(t0.rowid) AND tick(t1.rowid) AND ((t1.c1 = x'01') OR (t0.c1 = x'01'))",
    )
    expect(plan.names).toEqual(['_1', 'id'])
  })

  it('does not fail for rows that are dropped before', async () => {
    const from = 'FROM S3Object o JOIN "d/customers" c ON o.customer = c.name'
    expect(await runCsv(`SELECT CAST(c.age AS INT) ${from} AND o.id = '1'`)).toEqual(['30'])
    // Row 5 has no amount, and no customer of Oslo.
    expect(await runCsv(`SELECT CAST(o.amount AS DECIMAL) ${from} WHERE c.city = 'Oslo'`)).toEqual(['10.5', '0.25'])
    expect(
      await runCsv(
        `SELECT o.id ${from} WHERE c.city = 'Rome' AND (o.id = '5' OR CAST(o.amount AS INT) = CAST(c.age AS INT))`,
      ),
    ).toEqual(['5'])
  })

  it('runs what nests as deep, and is as long, as a statement may', async () => {
    const from = 'FROM S3Object o JOIN "d/customers" c ON o.customer = c.name AND o.id = \'1\''
    expect(await runCsv(`SELECT o.id ${from} WHERE ${'NOT '.repeat(180)} (o.id < c.age)`)).toEqual(['1'])
    expect(await runCsv(`SELECT o.id ${from} WHERE ${'('.repeat(180)} o.id < c.age ${')'.repeat(180)}`)).toEqual(['1'])
    expect(await runCsv(`SELECT 0${' + 1'.repeat(400)} + CAST(o.id AS INT) + CAST(c.age AS INT) ${from}`)).toEqual([
      '431',
    ])
    expect(await runCsv(`SELECT o.id ${from} WHERE ${'o.id > c.age OR '.repeat(9000)} o.id < c.age`)).toEqual(['1'])
    const nested = (levels: number) => {
      const query = '(SELECT MAX(id) FROM S3Object WHERE id > '
      return runCsv(`SELECT o.id ${from} AND o.id < ${query.repeat(levels)} '0'${')'.repeat(levels)}`)
    }
    expect(await nested(1)).toEqual(['1'])
    expect(await nested(20)).toEqual([])
    await expect(nested(90)).rejects.toMatchObject({ code: 'MaxOperatorsExceeded' })
  })

  it('computes what rows are joined by before they are', () => {
    const { plan } = planCsv(
      'SELECT o.id FROM S3Object o JOIN "d/customers" c ON CAST(o.id AS INT) = CAST(c.age AS INT)',
    )
    expect(plan.sql).toBe(
      'SELECT t0.c1 AS c0 FROM t0 JOIN t1 ON (t0.c0 = t1.c0) WHERE tick(t0.rowid) AND tick(t1.rowid)',
    )
  })

  it('does not filter the side of an outer join that must be whole', () => {
    const { plan } = planCsv(
      `SELECT o.id FROM S3Object o LEFT JOIN "d/customers" c ON o.customer = c.name AND o.id = '1' AND c.city = 'Oslo' WHERE c.age = '30'`,
    )
    expect(plan.leaves.map(({ query }) => showBoundQuery(query)['where'])).toEqual([undefined, "(#2 = 'Oslo')"])
  })

  it('groups in the scan where a query is of one source', () => {
    const { plan } = planCsv(
      'SELECT * FROM (SELECT city, COUNT(*) n FROM "d/customers" GROUP BY city ORDER BY n LIMIT 5) t JOIN S3Object o ON t.city = o.id',
    )
    expect(showBoundQuery(plan.leaves[0]!.query)).toEqual({
      output: 'city: key0, n: agg0',
      aggregates: ['COUNT(*)'],
      groupBy: ['#2'],
      orderBy: ['agg0 last'],
    })
  })

  it('is the scan alone for another object', () => {
    const { plan } = planCsv('SELECT * FROM "d/customers" c WHERE c.age = 30')
    expect(plan.sql).toBe(null)
    expect(plan.leaves).toMatchObject([
      { object: { bucket: 'd', key: 'customers' }, query: { output: { kind: 'star' } } },
    ])
  })

  it.each([
    ['SELECT id FROM S3Object a, S3Object b', 'AmbiguousFieldName'],
    ['SELECT S3Object.id FROM S3Object a, S3Object b', 'AmbiguousFieldName'],
    ['SELECT x.id FROM S3Object a, S3Object b', 'EvaluatorBindingDoesNotExist'],
    ['SELECT x.* FROM S3Object a, S3Object b', 'InvalidTableAlias'],
    ['SELECT a.nope FROM S3Object a, S3Object b', 'MissingHeaderName'],
    ['SELECT nope FROM S3Object WHERE id IN (SELECT id FROM S3Object)', 'MissingHeaderName'],
    ['SELECT q.nope FROM (SELECT id FROM S3Object) q', 'EvaluatorBindingDoesNotExist'],
    ['WITH a AS (SELECT id FROM S3Object) SELECT * FROM b', 'EvaluatorBindingDoesNotExist'],
    ['SELECT a.id, COUNT(*) FROM S3Object a, S3Object b', 'UnsupportedSqlStructure'],
    ['SELECT * FROM S3Object a, S3Object b GROUP BY a.id', 'UnsupportedSqlStructure'],
    ['SELECT COUNT(*) FROM S3Object a, S3Object b GROUP BY a.id ORDER BY b.id', 'UnsupportedSqlStructure'],
    ['SELECT a.id FROM S3Object a, S3Object b HAVING TRUE', 'UnsupportedSqlStructure'],
    ["SELECT COUNT(*) FROM S3Object a, S3Object b GROUP BY 'x'", 'ParseUnsupportedLiteralsGroupBy'],
    ['SELECT a.id FROM S3Object a, S3Object b ORDER BY 2', 'InvalidColumnIndex'],
    ['SELECT id, day FROM S3Object UNION SELECT id FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT id FROM S3Object EXCEPT ALL SELECT id FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT id FROM S3Object WHERE id IN (SELECT id, day FROM S3Object)', 'UnsupportedSqlStructure'],
    ['SELECT (SELECT id, day FROM S3Object) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT NTILE() OVER () FROM S3Object', 'EvaluatorInvalidArguments'],
    ['SELECT COUNT(*) FROM S3Object a, S3Object b WHERE COUNT(*) > 1', 'UnsupportedSqlStructure'],
    ['SELECT SUM(COUNT(*)) FROM S3Object a, S3Object b', 'UnsupportedSqlStructure'],
    ['SELECT a.id FROM S3Object a JOIN S3Object b ON RANK() OVER (ORDER BY b.id) = 1', 'UnsupportedSqlStructure'],
    ['SELECT FOO(a.id, b.id) FROM S3Object a, S3Object b', 'UnsupportedFunction'],
    ['SELECT id FROM S3Object UNION SELECT id FROM S3Object ORDER BY day', 'UnsupportedSqlStructure'],
  ])('refuses %s', (text, code) => {
    try {
      planCsv(text)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(S3Error)
      expect((error as S3Error).code).toBe(code)
    }
  })

  it('fails at run time with the code of the function that failed', async () => {
    await expect(runCsv('SELECT CAST(o.day || c.age AS INT) FROM S3Object o, "d/customers" c')).rejects.toMatchObject({
      code: 'CastFailed',
    })
    await expect(runCsv('SELECT SUM(o.day || c.age) FROM S3Object o, "d/customers" c')).rejects.toMatchObject({
      code: 'CastFailed',
    })
  })

  it('refuses a star whose columns have no names', () => {
    const statement = parseStatement('SELECT * FROM S3Object a JOIN S3Object b ON a.x = b.x', 'extended')
    expect(() => planFinish(statement, [jsonFacts, jsonFacts])).toThrow(
      expect.objectContaining({ code: 'UnsupportedSqlStructure' }),
    )
  })
})
