// Statements that SQLite finishes fit into the memory of one isolate, one after the other. What counts is workerd's own memory
// (RssAnon). Linux only.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outlineOf, readMessages, recordsOf } from '../support/event-stream.ts'
import { codeIn } from '../support/s3-error.ts'
import { startServer, type TestServer } from '../support/server.ts'

const bucket = 'finish'
const growthMax = 128 * 1000 * 1000
const rows = 250_000
const rankedRows = 150_000
const text = (n: number) => `${n % 977} a note of no importance that takes some room ${n}`

let server: TestServer

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_LOG: 'off' } })
  await server.client().send(new CreateBucketCommand({ Bucket: bucket }))
  const csv = Array.from({ length: rows }, (_, n) => `${n},${text(n)}\n`).join('')
  await server.fetchSigned('PUT', `/${bucket}/a.csv`, { body: csv })
})

afterAll(() => server.stop())

/** The records, or the status and code of the fault. */
async function ask(expression: string): Promise<string> {
  const body =
    `<SelectObjectContentRequest><Expression>${expression.replaceAll('<', '&lt;')}</Expression>` +
    '<ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization>' +
    '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>'
  const query = { select: '', 'select-type': '2' }
  const response = await server.fetchSigned('POST', `/${bucket}/a.csv`, { query, body })
  const bytes = await response.bytes()
  if (response.status !== 200) return codeIn(response.status, bytes)
  const messages = readMessages([bytes])
  return outlineOf(messages).at(-1) === 'End' ? recordsOf(messages) : String(outlineOf(messages).at(-1))
}

function anonymousBytes(): number {
  const status = readFileSync(`/proc/${server.workerdPid()}/status`, 'utf8')
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** Every row, in the order of its text, with its place. */
const ranked = `SELECT s._1, s._2, ROW_NUMBER() OVER (ORDER BY s._2) FROM S3Object s WHERE CAST(s._1 AS INT) < ${rankedRows}`
/** Sorting needs more memory than there is. */
const tooLarge =
  'SELECT a._2, b._2 FROM S3Object a CROSS JOIN S3Object b WHERE CAST(b._1 AS INT) < 2 ORDER BY a._2, b._2'
const small = "SELECT COUNT(*) FROM (SELECT DISTINCT s._1 FROM S3Object s WHERE s._2 LIKE '976 %') q"

describe.skipIf(process.platform !== 'linux')('Statements of several passes', () => {
  it('fit into 128 MB, four at once, the largest there may be among them', async () => {
    expect(await ask(small)).toBe('255\n')
    await sleep(300)
    const idle = anonymousBytes()
    let most = 0
    const timer = setInterval(() => {
      most = Math.max(most, anonymousBytes() - idle)
    }, 20)
    try {
      const answers = await Promise.all([ask(ranked), ask(tooLarge), ask(small), ask(small)])
      expect(answers[0]?.split('\n').length).toBe(rankedRows + 1)
      expect(answers.slice(1)).toEqual(['error UnsupportedSqlOperation', '255\n', '255\n'])
    } finally {
      clearInterval(timer)
    }
    expect(most).toBeLessThan(growthMax)
  })
})
