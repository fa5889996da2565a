// Queries in parts by Durable Objects of the real server give what one scan gives.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outlineOf, readMessages, recordsOf } from '../support/event-stream.ts'
import type { EventMessage } from '../support/event-stream.ts'
import { codeOf } from '../support/s3-error.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { signRequest } from '../support/sign-request.ts'

const bucket = 'parts'
const records = 30_000
const csv = `id,city,qty\n${Array.from({ length: records }, (_, n) => `${n},${['Oslo', 'Lima', 'Rome'][n % 3]},${(n * 7919) % 1000}\n`).join('')}`
const partBytes = Math.ceil(csv.length / 7)
const csvInput = '<CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV>'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_SELECT_PART_BYTES: String(partBytes) } })
  await server.client().send(new CreateBucketCommand({ Bucket: bucket }))
  await server.fetchSigned('PUT', `/${bucket}/rows.csv`, { body: csv })
})

afterAll(() => server.stop())

function bodyOf(expression: string, input = csvInput): string {
  return (
    `<SelectObjectContentRequest><Expression>${expression.replaceAll('<', '&lt;')}</Expression>` +
    `<ExpressionType>SQL</ExpressionType><InputSerialization>${input}</InputSerialization>` +
    '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>'
  )
}

const query = { select: '', 'select-type': '2' }

async function ask(expression: string): Promise<EventMessage[]> {
  const response = await server.fetchSigned('POST', `/${bucket}/rows.csv`, { query, body: bodyOf(expression) })
  const bytes = await response.bytes()
  if (response.status !== 200) throw new Error(`${response.status}: ${Buffer.from(bytes).toString()}`)
  return readMessages([bytes])
}

function rowsOf(test: (n: number) => boolean): string {
  return csv
    .split('\n')
    .slice(1, -1)
    .filter((_, n) => test(n))
    .map((line) => `${line}\n`)
    .join('')
}

describe('A query in seven parts', () => {
  it('gives every record once, in order', async () => {
    const messages = await ask('SELECT * FROM S3Object')
    expect(recordsOf(messages)).toBe(rowsOf(() => true))
    expect(outlineOf(messages).at(-1)).toBe('End')
  })

  it('tells what all parts read and what was sent', async () => {
    const messages = await ask("SELECT * FROM S3Object s WHERE s.city = 'Lima'")
    const expected = rowsOf((n) => n % 3 === 1)
    expect(recordsOf(messages)).toBe(expected)
    const [, scanned, processed, returned] = outlineOf(messages).at(-2)?.split(' ').map(Number) ?? []
    // A part begins with the end of the record before it, and reads the header for itself.
    expect(scanned).toBeGreaterThan(csv.length)
    expect(processed).toBe(scanned)
    expect(returned).toBe(expected.length)
  })

  it('stops at LIMIT', async () => {
    const expected = rowsOf((n) => n < 20_001)
    expect(recordsOf(await ask('SELECT * FROM S3Object LIMIT 20001'))).toBe(expected)
  })

  it('merges aggregates and groups', async () => {
    expect(recordsOf(await ask('SELECT COUNT(*), SUM(CAST(qty AS INT)) FROM S3Object'))).toBe(
      `${records},${Array.from({ length: records }, (_, n) => (n * 7919) % 1000).reduce((sum, qty) => sum + qty)}\n`,
    )
    expect(recordsOf(await ask('SELECT city, COUNT(*), MIN(CAST(id AS INT)) FROM S3Object GROUP BY city'))).toBe(
      'Oslo,10000,0\nLima,10000,1\nRome,10000,2\n',
    )
  })

  it('ends with the error of the part that fails', async () => {
    const messages = await ask("SELECT id, CAST(CASE id WHEN '25000' THEN 'x' ELSE id END AS INT) FROM S3Object")
    expect(recordsOf(messages)).toBe(Array.from({ length: 25_000 }, (_, n) => `${n},${n}\n`).join(''))
    expect(outlineOf(messages).at(-1)).toBe('error CastFailed')
  })

  it('refuses at once what no part can answer', async () => {
    const response = await server.fetchSigned('POST', `/${bucket}/rows.csv`, {
      query,
      body: bodyOf('SELECT "nope" FROM S3Object'),
    })
    expect(await codeOf(response)).toBe('400 MissingHeaderName')
  })

  it('leaves nodes and kernels to others when its client goes away', async () => {
    for (let n = 0; n < 6; n++) await leaveEarly()
    await sleep(100)
    expect(recordsOf(await ask('SELECT COUNT(*) FROM S3Object'))).toBe(`${records}\n`)
  })
})

describe('A statement of several passes on a node', () => {
  beforeAll(async () => {
    await server.fetchSigned('PUT', `/${bucket}/areas.csv`, { body: 'city,area\nOslo,454\nRome,1285\n' })
  })

  it('reads the objects it joins', async () => {
    const messages = await ask(
      `SELECT a.area, COUNT(*) FROM S3Object s JOIN "${bucket}/areas.csv" a ON s.city = a.city WHERE CAST(s.id AS INT) < 100 GROUP BY a.area ORDER BY 1`,
    )
    expect(recordsOf(messages)).toBe('1285,33\n454,34\n')
    const [, scanned, , returned] = outlineOf(messages).at(-2)?.split(' ').map(Number) ?? []
    expect(scanned).toBeGreaterThan(csv.length)
    expect(returned).toBe('1285,33\n454,34\n'.length)
  })

  it('gives a long answer whole', async () => {
    const ids = Array.from({ length: records }, (_, n) => n)
    expect(
      recordsOf(await ask('SELECT a.id, b.qty, a.city, b.city FROM S3Object a JOIN S3Object b ON a.id = b.id')),
    ).toBe(
      ids
        .map((n) => [n, (n * 7919) % 1000, ...Array<string>(2).fill(['Oslo', 'Lima', 'Rome'][n % 3]!)])
        .map((row) => `${row.join(',')}\n`)
        .join(''),
    )
  })

  it.each([
    [`SELECT s.id FROM S3Object s JOIN "${bucket}/none.csv" n ON s.id = n.id`, '404 NoSuchKey'],
    ['SELECT q.id FROM (SELECT nope AS id FROM S3Object) q', '400 MissingHeaderName'],
    ['SELECT COUNT(*) FROM S3Object a JOIN S3Object b ON a.qty || b.id < a.id', '400 UnsupportedSqlOperation'],
  ])('fails before its answer begins: %s is %s', async (expression, expected) => {
    const body = bodyOf(expression)
    expect(await codeOf(server.fetchSigned('POST', `/${bucket}/rows.csv`, { query, body }))).toBe(expected)
  })

  it('leaves the node to others when its client goes away', async () => {
    for (let n = 0; n < 3; n++)
      await leaveEarly('SELECT a.id, a.city, b.city FROM S3Object a JOIN S3Object b ON a.city = b.city')
    await sleep(100)
    expect(recordsOf(await ask('SELECT COUNT(*) FROM (SELECT DISTINCT city FROM S3Object) q'))).toBe('3\n')
  })
})

/** Reads the first bytes of an answer and then cuts the connection. */
async function leaveEarly(expression = 'SELECT * FROM S3Object a'): Promise<void> {
  const body = bodyOf(expression)
  const { head } = await signRequest(server, {
    method: 'POST',
    path: `/${bucket}/rows.csv`,
    query,
    headers: { 'content-length': String(Buffer.byteLength(body)) },
  })
  const socket = connect(server.port, '127.0.0.1')
  socket.write(head)
  socket.write(body)
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.once('error', reject)
  })
  socket.destroy()
}
