// A query takes the memory of its windows, however large the object, its records or its row groups. What counts is workerd's
// own memory (RssAnon), all isolates together. Linux only.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { gzipSync } from 'node:zlib'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRuntime } from '../../infra/embedded/runtime.ts'
import type { Runtime } from '../../infra/embedded/runtime.ts'
import type { InputFormat, SelectRequest } from '../../src/select/request.ts'
import { linesMember } from '../support/bzip2-encoder.ts'
import { sizeOf } from '../support/select-probe/made-object.ts'
import type { MadeObject } from '../support/select-probe/made-object.ts'
import type { ProbeAnswer, ProbeQuery } from '../support/select-probe/worker.ts'

const MiB = 1024 * 1024

const csv: InputFormat = {
  format: 'CSV',
  header: 'NONE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: true,
}
const document: InputFormat = { format: 'JSON', type: 'DOCUMENT' }
const parquet: InputFormat = { format: 'Parquet' }

let runtime: Runtime
let dataDir: string

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-select-'))
  mkdirSync(path.join(dataDir, 'files'))
  runtime = await startRuntime({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    log: 'off',
    entryFile: path.join(import.meta.dirname, '../support/select-probe/worker.ts'),
    variables: {},
  })
})

afterAll(async () => {
  await runtime.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

function requestOf(expression: string, input: InputFormat): SelectRequest {
  return {
    expression,
    dialect: 'aws',
    input,
    compression: 'NONE',
    output: { format: 'JSON', recordDelimiter: '\n' },
    scanRange: null,
    progress: false,
  }
}

async function ask(query: ProbeQuery): Promise<ProbeAnswer> {
  const response = await fetch(runtime.url, { method: 'POST', body: JSON.stringify(query) })
  const answer = await response.json<ProbeAnswer>()
  expect(answer.error).toBeUndefined()
  return answer
}

/** Bytes of memory of workerd's own. */
function anonymousBytes(): number {
  const status = readFileSync(`/proc/${runtime.pid()}/status`, 'utf8')
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/**
 * What a query takes: the most that memory grew while it ran, looked at often, and the kernels that it found there from the
 * query before.
 */
async function memoryOf(query: ProbeQuery): Promise<{ bytes: number; answer: ProbeAnswer }> {
  await sleep(200)
  const idle = anonymousBytes()
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, anonymousBytes() - idle)
  }, 10)
  try {
    const answer = await ask(query)
    return { bytes: most + answer.kernelBytes, answer }
  } finally {
    clearInterval(timer)
  }
}

/** 1 MiB of records of about 100 bytes. */
function block(): string {
  let text = ''
  for (let n = 0; text.length < MiB; n++) {
    text += `${n},name ${n % 977},"Quoted, ${n % 13}",${(n * 7919) % 10_000},user${n}@example.com,a note of no importance ${n % 101}\n`
  }
  return text
}

describe.skipIf(process.platform !== 'linux')('A query in workerd', () => {
  const rows = block()
  const rowCount = rows.split('\n').length - 1
  const plain: MadeObject = { head: '', body: rows, times: 1000, tail: '' }

  // Code is compiled and V8's heap gets the size it keeps; what a query takes comes on top.
  beforeAll(async () => {
    for (const expression of ['SELECT COUNT(*) FROM S3Object', "SELECT * FROM S3Object s WHERE s._4 = '7'"]) {
      await ask({ request: requestOf(expression, csv), object: { made: { ...plain, times: 300 } } })
    }
  })

  it('counts the records of 1 GB of CSV within 16 MiB', async () => {
    const request = requestOf('SELECT COUNT(*) FROM S3Object', csv)
    const { bytes, answer } = await memoryOf({ request, object: { made: plain } })
    expect(sizeOf(plain)).toBeGreaterThan(1e9)
    expect(answer).toMatchObject({ start: `{"_1":${rowCount * 1000}}\n`, scanned: sizeOf(plain) })
    expect(bytes).toBeLessThan(16 * MiB)
  })

  it('finds records of 900 KB within 16 MiB', async () => {
    const large = `${'x'.repeat(450_000)},"${'y'.repeat(449_000)}",end\n`
    const made = { head: '', body: `${large}a,b,c\n`, times: 100, tail: '' }
    const request = requestOf("SELECT s._3 FROM S3Object s WHERE s._3 = 'end'", csv)
    await ask({ request, object: { made: { ...made, times: 40 } } })
    const { bytes, answer } = await memoryOf({ request, object: { made } })
    expect(answer.length).toBe(100 * '{"_3":"end"}\n'.length)
    expect(bytes).toBeLessThan(16 * MiB)
  })

  it('reads a document of 200 MB on one line within 16 MiB', async () => {
    const items = Array.from(
      { length: 5000 },
      (_, n) => `{"id":${n},"tags":{"code":"c${n % 97}"},"text":"${'z'.repeat(150)}"},`,
    )
    const body = items.join('')
    const made = { head: '{"a":1,"Rules":[', body, times: Math.ceil(200e6 / body.length), tail: '{"id":-1}],"b":2}' }
    const request = requestOf("SELECT COUNT(*) FROM S3Object[*].Rules[*] r WHERE r.tags.code = 'c5'", document)
    await ask({ request, object: { made: { ...made, times: 40 } } })
    const { bytes, answer } = await memoryOf({ request, object: { made } })
    expect(sizeOf(made)).toBeGreaterThan(200e6)
    expect(answer.start).toBe(`{"_1":${made.times * Math.ceil(4995 / 97)}}\n`)
    expect(bytes).toBeLessThan(16 * MiB)
  })

  it('reads a row group of a million records within 48 MiB', async () => {
    const count = 1_000_000
    const ids = Int32Array.from({ length: count }, (_, n) => n)
    const emails = Array.from({ length: count }, (_, n) => `user${n}.${(n * 7919) % 100_003}@example.com`)
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: ids, type: 'INT32' },
        { name: 'email', data: emails, type: 'STRING' },
      ],
      rowGroupSize: count,
      statistics: false,
    })
    writeFileSync(path.join(dataDir, 'files', 'rows.parquet'), new Uint8Array(file))
    const object = { file: 'rows.parquet', size: file.byteLength }
    const request = requestOf(`SELECT s.id FROM S3Object s WHERE s.email LIKE 'user99999%'`, parquet)
    await ask({ request: requestOf('SELECT COUNT(*) FROM S3Object s WHERE s.id < 5', parquet), object })
    const { bytes, answer } = await memoryOf({ request, object })
    expect(answer.start).toContain('{"id":99999}\n')
    expect(bytes).toBeLessThan(48 * MiB)
  })

  it.each([
    ['GZIP', () => gzipSync('a,b\n'.repeat(40_000_000)), 40_000_000],
    ['BZIP2', () => Buffer.concat(Array.from({ length: 150 }, () => linesMember.bytes)), 150 * linesMember.lines],
  ] as const)('counts the records of a bomb of %s within 16 MiB', async (compression, make, lines) => {
    const bomb = make()
    expect((lines * 4) / bomb.length).toBeGreaterThan(1000)
    writeFileSync(path.join(dataDir, 'files', compression), bomb)
    const request = { ...requestOf('SELECT COUNT(*) FROM S3Object', csv), compression }
    const { bytes, answer } = await memoryOf({ request, object: { file: compression, size: bomb.length } })
    expect(answer).toMatchObject({ start: `{"_1":${lines}}\n`, scanned: bomb.length })
    expect(bytes).toBeLessThan(16 * MiB)
  })

  it('gives its first records within the first MiB scanned', async () => {
    const request = requestOf("SELECT * FROM S3Object s WHERE s._4 <> '7'", csv)
    const { firstAt } = await ask({ request, object: { made: { ...plain, times: 3 } } })
    expect(firstAt).toBeLessThanOrEqual(MiB)
  })

  it('stops reading when its client goes away, and leaves the kernels to others', async () => {
    const request = requestOf('SELECT * FROM S3Object', csv)
    for (let n = 0; n < 6; n++) {
      await leaveEarly({ request, object: { made: plain }, stream: true })
      await expect.poll(lastSource).toMatchObject({ cancelled: true })
    }
    const { given } = await lastSource()
    await sleep(100)
    expect(await lastSource()).toMatchObject({ given })
    expect(given).toBeLessThan(32 * MiB)
    await ask({ request, object: { made: { ...plain, times: 1 } } })
  })
})

async function lastSource(): Promise<{ given: number; cancelled: boolean }> {
  return (await fetch(`${runtime.url}/last`)).json<{ given: number; cancelled: boolean }>()
}

/** Reads a little of the answer and then cuts the connection. */
async function leaveEarly(query: ProbeQuery): Promise<void> {
  const body = JSON.stringify(query)
  const socket = connect(Number(new URL(runtime.url).port), '127.0.0.1')
  socket.write(`POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.once('error', reject)
  })
  socket.destroy()
}
