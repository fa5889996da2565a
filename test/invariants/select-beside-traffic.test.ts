// Four queries at once beside other requests fit into the memory of one isolate. What counts is workerd's own memory (RssAnon).
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outlineOf, readMessages, recordsOf } from '../support/event-stream.ts'
import { startServer, type TestServer } from '../support/server.ts'

const bucket = 'beside'
const growthMax = 128 * 1000 * 1000
const rows = 200_000

let server: TestServer

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_LOG: 'off' } })
  await server.client().send(new CreateBucketCommand({ Bucket: bucket }))
  const ids = Array.from({ length: rows }, (_, n) => n)
  const csv = ids
    .map((n) => `${n},name ${n % 977},${n % 7},a note of no importance that takes some room ${n}\n`)
    .join('')
  const json = ids.map((n) => `{"id":${n},"name":"name ${n % 977}","tags":{"code":${n % 7}}}\n`).join('')
  const parquet = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: Int32Array.from(ids), type: 'INT32' },
      { name: 'code', data: ids.map((n) => `c${n % 7}`), type: 'STRING' },
    ],
    rowGroupSize: rows,
  })
  const objects = { 'a.csv': csv, 'a.csv.gz': gzipSync(csv), 'a.json': json, 'a.parquet': new Uint8Array(parquet) }
  for (const [key, body] of Object.entries(objects)) await server.fetchSigned('PUT', `/${bucket}/${key}`, { body })
})

afterAll(() => server.stop())

interface Query {
  key: string
  input: string
  expression: string
}

const queries: Query[] = [
  { key: 'a.csv', input: '<CSV/>', expression: "SELECT s._1 FROM S3Object s WHERE s._3 = '5'" },
  {
    key: 'a.csv.gz',
    input: '<CompressionType>GZIP</CompressionType><CSV/>',
    expression: 'SELECT s._3, COUNT(*) FROM S3Object s GROUP BY s._3',
  },
  {
    key: 'a.json',
    input: '<JSON><Type>LINES</Type></JSON>',
    expression: 'SELECT s.id FROM S3Object s WHERE s.tags.code = 5',
  },
  { key: 'a.parquet', input: '<Parquet/>', expression: "SELECT s.id FROM S3Object s WHERE s.code = 'c5'" },
]

async function ask({ key, input, expression }: Query): Promise<string> {
  const body =
    `<SelectObjectContentRequest><Expression>${expression}</Expression><ExpressionType>SQL</ExpressionType>` +
    `<InputSerialization>${input}</InputSerialization>` +
    '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>'
  const query = { select: '', 'select-type': '2' }
  const response = await server.fetchSigned('POST', `/${bucket}/${key}`, { query, body })
  const bytes = await response.bytes()
  if (response.status !== 200) throw new Error(`${response.status}: ${Buffer.from(bytes).toString()}`)
  const messages = readMessages([bytes])
  expect(outlineOf(messages).at(-1)).toBe('End')
  return recordsOf(messages)
}

function anonymousBytes(): number {
  const status = readFileSync(`/proc/${server.workerdPid()}/status`, 'utf8')
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** Small objects written and read, and a large one read, until it is told to stop. */
async function traffic(number: number, isOver: () => boolean): Promise<number> {
  let requests = 0
  for (; !isOver(); requests++) {
    const path = `/${bucket}/small-${number}`
    const put = await server.fetchSigned('PUT', path, { body: `${number} ${requests}`.repeat(500) })
    const get = await server.fetchSigned('GET', requests % 8 === 0 ? `/${bucket}/a.json` : path)
    expect([put.status, get.status]).toEqual([200, 200])
    await get.bytes()
  }
  return requests
}

describe.skipIf(process.platform !== 'linux')('Four queries at once', () => {
  it('beside normal traffic fit into 128 MB', async () => {
    const expected: string[] = []
    for (const query of queries) expected.push(await ask(query))
    await sleep(300)
    const idle = anonymousBytes()
    let most = 0
    const timer = setInterval(() => {
      most = Math.max(most, anonymousBytes() - idle)
    }, 20)
    let isOver = false
    const others = Promise.all(Array.from({ length: 8 }, (_, number) => traffic(number, () => isOver)))
    try {
      for (let round = 0; round < 5; round++) {
        expect(await Promise.all(queries.map(ask))).toEqual(expected)
      }
    } finally {
      isOver = true
      clearInterval(timer)
    }
    expect(Math.min(...(await others))).toBeGreaterThan(0)
    expect(most).toBeLessThan(growthMax)
  })
})
