import { describe, expect, it } from 'vitest'
import { Arena } from '../../src/kernels/select/arena.ts'
import { referenceKernels } from '../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import { outputPieceBytes } from '../../src/limits.ts'
import type { SelectTuning } from '../../src/select/request.ts'
import { openSelect } from '../../src/select/select.ts'
import type { EngineSetup } from '../../src/select/select.ts'
import { randomOf } from '../kernels/select/cells.fixture.ts'
import { answerOf, jsonLines, jsonOutput, now, requestOf, sourceOf } from './select.fixture.ts'

const csv = 'name,city,qty\nAnn,Oslo,10\nBob,"Rome, Italy",9.5\n"Cid ""C""",Oslo,\nDag,Oslo,-3\n'
const json = [
  { name: 'Ann', address: { city: 'Oslo' }, qty: 10 },
  { name: 'Bob "B"', address: { city: 'Rome' }, qty: 9.5, tags: [1, 2] },
  { name: 'Cid', qty: null },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('')

const tunings: SelectTuning[] = [1024, 65_536, 1_048_576].flatMap((windowBytes) => [
  { windowBytes, literalFirst: true, vectorised: true },
  { windowBytes, literalFirst: false, vectorised: true },
  { windowBytes, literalFirst: true, vectorised: false },
])

function setup(): EngineSetup {
  const kernels = wasmKernels()
  return { kernels, arena: new Arena(kernels.memory, kernels.heapBase(), 12 * 1024 * 1024), now }
}

describe('openSelect() over CSV', () => {
  it.each([
    [`SELECT * FROM S3Object WHERE city = 'Oslo'`, 'Ann,Oslo,10\n"Cid ""C""",Oslo,\nDag,Oslo,-3\n'],
    [`SELECT name, qty FROM S3Object s WHERE s.qty > 0`, 'Ann,10\nBob,9.5\n'],
    [`SELECT s._2 FROM S3Object s LIMIT 2`, 'Oslo\n"Rome, Italy"\n'],
    [`SELECT name FROM S3Object WHERE name LIKE '%"C"%'`, '"Cid ""C"""\n'],
    [`SELECT UPPER(name) || '!' FROM S3Object WHERE city <> 'Oslo'`, 'BOB!\n'],
    [`SELECT COUNT(*), SUM(qty) FROM S3Object WHERE qty <> ''`, '3,16.5\n'],
    [`SELECT COUNT(*) FROM S3Object`, '4\n'],
    [`SELECT city, COUNT(*) FROM S3Object GROUP BY city`, 'Oslo,3\n"Rome, Italy",1\n'],
    [`SELECT DISTINCT city FROM S3Object ORDER BY city DESC`, '"Rome, Italy"\nOslo\n'],
    [`SELECT * FROM S3Object ORDER BY name DESC LIMIT 1`, 'Dag,Oslo,-3\n'],
  ])('%s', async (expression, expected) => {
    for (const kernels of [wasmKernels(), referenceKernels()]) {
      for (const tuning of tunings) {
        expect(await answerOf(requestOf(expression), csv, { kernels, tuning }), JSON.stringify(tuning)).toBe(expected)
      }
    }
  })

  it('writes JSON when asked to', async () => {
    const request = requestOf('SELECT name, qty AS n FROM S3Object LIMIT 1', { output: jsonOutput })
    expect(await answerOf(request, csv)).toBe('{"name":"Ann","n":"10"}\n')
  })
})

describe('openSelect() over JSON', () => {
  it.each([
    [`SELECT s.name FROM S3Object s WHERE s.address.city = 'Rome'`, '{"name":"Bob \\"B\\""}\n'],
    [`SELECT s.qty FROM S3Object s WHERE s.qty > 9.5`, '{"qty":10}\n'],
    [`SELECT COUNT(*) AS n, SUM(s.qty) AS t FROM S3Object s`, '{"n":3,"t":19.5}\n'],
    [`SELECT s.tags[1] AS t FROM S3Object s WHERE s.tags IS NOT MISSING`, '{"t":2}\n'],
    [`SELECT s.qty FROM S3Object s WHERE s.qty IS NULL`, '{"qty":null}\n'],
    [
      `SELECT s.address.city AS c, COUNT(*) AS n FROM S3Object s GROUP BY s.address.city`,
      '{"c":"Oslo","n":1}\n{"c":"Rome","n":1}\n{"n":1}\n',
    ],
    [`SELECT * FROM S3Object s WHERE s.name LIKE '%"B"%'`, `${json.split('\n')[1]}\n`],
    [`SELECT * FROM S3Object s ORDER BY s.name DESC LIMIT 1`, '{"name":"Cid","qty":null}\n'],
  ])('%s', async (expression, expected) => {
    const request = requestOf(expression, { input: jsonLines, output: jsonOutput })
    for (const kernels of [wasmKernels(), referenceKernels()]) {
      for (const tuning of tunings) {
        expect(await answerOf(request, json, { kernels, tuning }), JSON.stringify(tuning)).toBe(expected)
      }
    }
  })
})

describe('openSelect()', () => {
  const lines = Array.from({ length: 300_000 }, (_, i) => `${i},row number ${i}\n`).join('')
  const big = new TextEncoder().encode(`id,text\n${lines}`)

  it.each([
    ['SELECT FROM S3Object', 'ParseEmptySelect'],
    ['SELECT nothing FROM S3Object', 'MissingHeaderName'],
    ['SELECT CAST(text AS INT) FROM S3Object', 'CastFailed'],
    ['SELECT id FROM S3Object WHERE CAST(text AS INT) > 5', 'CastFailed'],
  ])('rejects %j before it answers', async (expression, code) => {
    await expect(openSelect(requestOf(expression), sourceOf(big), setup())).rejects.toMatchObject({ code })
  })

  it('gives what came before a fault, then the fault', async () => {
    const text = new TextEncoder().encode(`id\n${'1\n'.repeat(700_000)}x\n`)
    const run = await openSelect(requestOf('SELECT CAST(id AS INT) FROM S3Object'), sourceOf(text), setup())
    let bytes = 0
    const read = async () => {
      for (let piece = await run.next(); piece !== null; piece = await run.next()) bytes += piece.length
    }
    await expect(read()).rejects.toMatchObject({ code: 'CastFailed' })
    expect(bytes).toBe(1_400_000)
  })

  it('gives pieces that fit a frame, and counts them', async () => {
    const run = await openSelect(requestOf('SELECT * FROM S3Object'), sourceOf(big), setup())
    let bytes = 0
    for (let piece = await run.next(); piece !== null; piece = await run.next()) {
      expect(piece.length).toBeLessThanOrEqual(outputPieceBytes)
      bytes += piece.length
    }
    expect(bytes).toBe(lines.length)
    expect(run.stats()).toEqual({ scanned: big.length, processed: big.length, returned: bytes })
  })

  it('stops reading at LIMIT, and when it is closed', async () => {
    const limited = sourceOf(big)
    const first = await openSelect(requestOf('SELECT * FROM S3Object LIMIT 2'), limited, setup())
    expect(new TextDecoder().decode((await first.next()) ?? undefined)).toBe('0,row number 0\n1,row number 1\n')
    expect(await first.next()).toBeNull()
    expect(limited.cancelled).toBe(true)
    const closed = sourceOf(big)
    const second = await openSelect(requestOf('SELECT * FROM S3Object'), closed, setup())
    await second.next()
    await second.close()
    await second.close()
    expect(closed.cancelled).toBe(true)
    expect(closed.pulled).toBeLessThan(big.length)
  })

  it('has the first record after the first mebibyte at most', async () => {
    const source = sourceOf(big)
    const run = await openSelect(requestOf(`SELECT id FROM S3Object WHERE text LIKE '%number 9999'`), source, setup())
    expect(new TextDecoder().decode((await run.next()) ?? undefined)).toBe('9999\n')
    expect(source.pulled).toBeLessThan(3 * 1024 * 1024)
  })

  it('says so when groups need more memory than there is', async () => {
    const request = requestOf('SELECT id, COUNT(*), MAX(text) FROM S3Object GROUP BY id')
    const opening = openSelect(request, sourceOf(big), setup())
    await expect(opening).rejects.toMatchObject({ code: 'UnsupportedSqlOperation' })
  })
})

describe('random queries over random CSV', () => {
  it('answer with the same bytes however the engine is tuned', async () => {
    const seed = Date.now() & 0xfffff
    for (let round = 0; round < 40; round++) {
      const random = randomOf(seed + round)
      const { text, expression } = randomCase(random)
      const outcomes = new Set<string>()
      for (const tuning of tunings) outcomes.add(await outcomeOf(expression, text, tuning))
      expect(outcomes.size, `seed ${seed + round}: ${expression} ${[...outcomes].join(' / ').slice(0, 300)}`).toBe(1)
    }
  })
})

async function outcomeOf(expression: string, text: string, tuning: SelectTuning): Promise<string> {
  try {
    return await answerOf(requestOf(expression), text, { tuning })
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

function randomCase(random: (limit: number) => number) {
  const pick = <T>(...options: T[]) => options[random(options.length)] as T
  const field = () =>
    pick(
      'alpha',
      'beta gamma',
      '"quoted, yes"',
      '"a ""deep"" one"',
      '',
      '7',
      '12.50',
      '-3',
      'é',
      'abc',
      'abcd',
      '1e2',
      '007',
    )
  const rows = Array.from({ length: 20 + random(400) }, () => `${field()},${field()},${random(100)}\n`)
  const where = pick(
    `a = 'alpha'`,
    `a LIKE '%deep%' AND CAST(c AS INT) > 20`,
    `b IN ('abc', 'é', 'quoted, yes') OR c < 10`,
    `NOT (a LIKE 'a%' OR b = 'beta gamma')`,
    `CAST(c AS INT) BETWEEN 10 AND 40 AND a <> ''`,
    `a = 'abcd' AND b LIKE '%gam%'`,
    `b > 'abc' AND c <= 50`,
  )
  const query = pick(
    `SELECT * FROM S3Object WHERE ${where}`,
    `SELECT b, a FROM S3Object WHERE ${where} LIMIT 7`,
    `SELECT COUNT(*), SUM(c), MIN(a), MAX(b) FROM S3Object WHERE ${where}`,
    `SELECT a, COUNT(*), SUM(CAST(c AS FLOAT)) FROM S3Object WHERE ${where} GROUP BY a`,
    `SELECT DISTINCT a, b FROM S3Object WHERE ${where}`,
    `SELECT c, a FROM S3Object WHERE ${where} ORDER BY CAST(c AS INT) DESC, a LIMIT 9`,
  )
  return { text: `a,b,c\n${rows.join('')}`, expression: query }
}
