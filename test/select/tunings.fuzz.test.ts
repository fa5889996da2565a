// Random statements over odd values: the answer is the same however the engine is tuned.
import { describe, expect, it } from 'vitest'
import type { SelectRequest, SelectTuning } from '../../src/select/request.ts'
import { csvInput, csvOutput } from '../support/select-formats.ts'
import { answerOf } from './cases.fixture.ts'
import { seeded, type Random } from './differential/random.ts'

const seed = Number(process.env.EDGESHARD_TEST_SEED ?? 20_261_126)
const rounds = Number(process.env.EDGESHARD_TEST_QUERIES ?? 150)

const tunings: SelectTuning[] = [{ vectorised: false }, { windowBytes: 1024 }, { literalFirst: false }]

const numbers = [
  '0',
  '-0',
  '1',
  '01',
  '+1',
  '1.0',
  '1.',
  '.5',
  '-.5',
  '1e2',
  '1E-2',
  '10',
  '9',
  '99',
  '-7',
  '-7.50',
  '0.1',
]
const large = ['9223372036854775807', '9223372036854775808', '-9223372036854775808', '123456789012345678901234567890']
const odd = [
  '',
  ' 1',
  '1 ',
  'NaN',
  'Infinity',
  '1e400',
  '--',
  '#',
  "'",
  '%',
  '_',
  'a%c',
  'x,y',
  'q"q',
  'l\\b',
  'tab\there',
]
const words = [
  'a',
  'A',
  'ab',
  'abc',
  'b',
  'Ab c',
  'žluť',
  'ž',
  '😀',
  'null',
  'true',
  '2024-01-05T',
  '2024-01-05T10:00Z',
]
const texts = [...numbers, ...numbers, ...large, ...odd, ...words]
const json = [
  '1',
  '1.0',
  '-0',
  '1e2',
  '0.10',
  '9223372036854775808',
  'true',
  'false',
  'null',
  '[1,"a"]',
  '{"b":1}',
  '"\\u0061"',
]

const columns = ['a', 'b', 'c']

function csvOf(random: Random): string {
  const field = () => {
    const text = random.pick(texts)
    return /[",]/.test(text) || random.chance(0.2) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const row = () =>
    columns
      .slice(0, random.chance(0.1) ? 2 : 3)
      .map(field)
      .join(',')
  return [columns.join(','), ...Array.from({ length: 60 }, row)].map((line) => `${line}\n`).join('')
}

function linesOf(random: Random): string {
  const value = () => (random.chance(0.5) ? random.pick(json) : JSON.stringify(random.pick(texts)))
  const row = () =>
    columns.filter(() => random.chance(0.9)).map((name) => `"${name}"${random.pick([':', ': '])}${value()}`)
  return Array.from({ length: 60 }, () => `{${row().join(random.pick([',', ', ']))}}\n`).join('')
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

function literal(random: Random): string {
  const number = random.pick(['0', '1', '-7', '1.0', '0.5', '10', '99', '9223372036854775807', '1e2'])
  return random.chance(0.5) ? number : quoted(random.pick(texts))
}

function operand(random: Random): string {
  const column = random.pick(columns)
  const kind = random.below(12)
  if (kind === 0) return `CHAR_LENGTH(${column})`
  if (kind === 1) return `LOWER(${column})`
  if (kind === 2) return `COALESCE(NULLIF(${column}, ''), 'none')`
  if (kind === 3) return literal(random)
  return column
}

function condition(random: Random, depth: number): string {
  if (depth > 0 && random.chance(0.5)) {
    const [left, right] = [condition(random, depth - 1), condition(random, depth - 1)]
    return random.pick([`(${left} AND ${right})`, `(${left} OR ${right})`, `NOT ${left}`])
  }
  const value = operand(random)
  const not = random.chance(0.3) ? 'NOT ' : ''
  switch (random.below(6)) {
    case 0:
      return `${value} ${not}IN (${literal(random)}, ${literal(random)}, ${literal(random)})`
    case 1:
      return `${value} ${not}BETWEEN ${literal(random)} AND ${literal(random)}`
    case 2:
      return `${random.pick(columns)} ${not}LIKE ${quoted(random.pick(['%a%', 'a%', '%1', '_', '%', 'ab_', 'a%c', '%ž%', '']))}`
    case 3:
      return `${value} IS ${not}${random.pick(['NULL', 'MISSING'])}`
    case 4:
      return `${value} ${random.pick(['=', '<>', '<', '<=', '>', '>='])} ${operand(random)}`
    default:
      return `${value} ${random.pick(['=', '<>', '<', '<=', '>', '>='])} ${literal(random)}`
  }
}

function statement(random: Random): string {
  const where = random.chance(0.85) ? ` WHERE ${condition(random, 3)}` : ''
  const column = random.pick(columns)
  const list = random.pick(['*', 'a', 'b, a', `c, ${operand(random)} AS x`, 'COUNT(*), COUNT(a), MIN(b), MAX(c)'])
  const rest = random.pick(['', '', ' LIMIT 7', ` ORDER BY a LIMIT 5`, ` ORDER BY b DESC, a`])
  if (list.startsWith('COUNT')) return `SELECT ${list} FROM S3Object s${where}`
  if (random.chance(0.2)) return `SELECT ${column}, COUNT(*) FROM S3Object s${where} GROUP BY ${column}`
  if (random.chance(0.1)) return `SELECT DISTINCT ${column} FROM S3Object s${where}`
  return `SELECT ${list} FROM S3Object s${where}${rest}`
}

function requestOf(expression: string, format: 'CSV' | 'JSON', random: Random): SelectRequest {
  const isLenient = !/GROUP|ORDER|DISTINCT/.test(expression) && random.chance(0.3)
  const type = isLenient && random.chance(0.5) ? 'DOCUMENT' : 'LINES'
  return {
    expression,
    // What the lenient dialect has of its own: empty fields are null, \ escapes, and lists of documents are spread.
    dialect: isLenient ? 'lenient' : 'extended',
    input: format === 'CSV' ? { ...csvInput, ...(isLenient && { escape: '\\' }) } : { format: 'JSON', type },
    compression: 'NONE',
    output: random.chance(0.5) ? csvOutput : { format: 'JSON', recordDelimiter: '\n' },
    scanRange: null,
    progress: false,
  }
}

describe('a tuned engine', () => {
  it.each(['CSV', 'JSON'] as const)('answers random statements over odd %s as the default one does', async (format) => {
    const random = seeded(seed)
    for (let round = 0; round < rounds; round++) {
      const data = new TextEncoder().encode(format === 'CSV' ? csvOf(random) : linesOf(random))
      const request = requestOf(statement(random), format, random)
      const asked = { name: '', source: '', objects: new Map(), expected: '', request, data }
      const answer = await answerOf(asked)
      for (const tuning of tunings) {
        const what = `seed ${seed}, round ${round}, ${JSON.stringify(tuning)}: ${request.expression}`
        expect(await answerOf(asked, tuning), what).toEqual(answer)
      }
    }
  })
})
