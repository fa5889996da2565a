// SelectObjectContent as it goes over the wire: https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
import { CreateBucketCommand, PutBucketVersioningCommand, SelectObjectContentCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SignedRequest } from '../support/endpoint.ts'
import { outlineOf, readMessages, recordsOf, type EventMessage } from '../support/event-stream.ts'
import { codeOf } from '../support/s3-error.ts'
import { cities, citiesCsv } from '../support/select-samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const bucket = uniqueBucketName('select')
const client = server.client()

interface Asked {
  key?: string
  expression?: string
  input?: string
  output?: string
  more?: string
}

const withHeader = '<CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV>'

function bodyOf({ expression = 'SELECT * FROM S3Object', input = withHeader, output = '<CSV/>', more = '' }: Asked) {
  return (
    '<SelectObjectContentRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<Expression>${expression.replaceAll('<', '&lt;')}</Expression><ExpressionType>SQL</ExpressionType>` +
    `<InputSerialization>${input}</InputSerialization><OutputSerialization>${output}</OutputSerialization>${more}` +
    '</SelectObjectContentRequest>'
  )
}

function ask(asked: Asked, request: SignedRequest = {}): Promise<Response> {
  const query = { select: '', 'select-type': '2', ...request.query }
  return server.fetchSigned('POST', `/${bucket}/${asked.key ?? 'cities.csv'}`, {
    body: bodyOf(asked),
    ...request,
    query,
  })
}

async function messagesOf(asked: Asked, request: SignedRequest = {}): Promise<EventMessage[]> {
  const response = await ask(asked, request)
  const bytes = await response.bytes()
  if (response.status !== 200) throw new Error(`${response.status}: ${Buffer.from(bytes).toString()}`)
  return readMessages([bytes])
}

async function select(asked: Asked, request: SignedRequest = {}): Promise<string> {
  return recordsOf(await messagesOf(asked, request))
}

/** 26 MB of numbered lines. */
const lines = Buffer.from(
  Array.from({ length: 2_000_000 }, (_, index) => `${String(index).padStart(12, '0')}\n`).join(''),
)

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  await server.fetchSigned('PUT', `/${bucket}/cities.csv`, { body: citiesCsv })
  await server.fetchSigned('PUT', `/${bucket}/empty.csv`)
  await server.fetchSigned('PUT', `/${bucket}/lines.csv`, { body: lines })
  await server.fetchSigned('PUT', `/${bucket}/cold.csv`, {
    body: citiesCsv,
    headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
  })
})

describe('an answer of SelectObjectContent', () => {
  it('is an event stream with records, statistics and an end', async () => {
    const response = await ask({ expression: 'SELECT name FROM S3Object LIMIT 2' })
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('x-amz-request-id')).toMatch(/^\w+$/)
    const messages = readMessages([await response.bytes()])
    expect(recordsOf(messages)).toBe('Berlin\nKöln\n')
    expect(outlineOf(messages).at(-1)).toBe('End')
    expect(outlineOf(messages).at(-2)).toMatch(/^Stats \d+ \d+ 13$/)
  })

  it('has messages of less than 128 KiB, whose records may go on in the next', async () => {
    const messages = await messagesOf({ key: 'lines.csv', input: '<CSV/>' })
    const payloads = messages.filter(({ headers }) => headers[':event-type'] === 'Records')
    expect(Math.max(...payloads.map(({ payload }) => payload.length))).toBeLessThan(128 * 1024 - 256)
    const copy = Buffer.concat(payloads.map(({ payload }) => payload))
    expect(copy.equals(lines)).toBe(true)
    expect(outlineOf(messages).at(-2)).toBe(`Stats ${lines.length} ${lines.length} ${lines.length}`)
  })

  it('is lines of JSON where Accept asks for them, with the error as the last', async () => {
    const accept = { headers: { accept: 'application/x-ndjson' } }
    const response = await ask({ expression: 'SELECT name FROM S3Object', output: '<JSON/>' }, accept)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const names = (await response.text()).trimEnd().split('\n')
    expect(names.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual(cities.map(({ name }) => name))
    const expression = "SELECT CAST(CASE WHEN _1 = '000001999999' THEN 'x' ELSE _1 END AS INT) AS n FROM S3Object"
    const failed = await ask({ key: 'lines.csv', input: '<CSV/>', output: '<JSON/>', expression }, accept)
    const last = (await failed.text()).trimEnd().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toMatchObject({ error: { code: 'CastFailed' } })
  })

  it('ends with an error message where the query fails after it began', async () => {
    const expression = "SELECT CAST(CASE WHEN _1 = '000001999999' THEN 'x' ELSE _1 END AS INT) FROM S3Object"
    const outline = outlineOf(await messagesOf({ key: 'lines.csv', input: '<CSV/>', expression }))
    expect(outline[0]).toMatch(/^Records/)
    expect(outline.at(-1)).toBe('error CastFailed')
    expect(outline).not.toContain('End')
  })

  it('is empty but complete for an object without a byte', async () => {
    expect(outlineOf(await messagesOf({ key: 'empty.csv', input: '<CSV/>' }))).toEqual(['Stats 0 0 0', 'End'])
  })

  it('comes as it is found, and ends for nobody but a client that goes away', async () => {
    const command = new SelectObjectContentCommand({
      Bucket: bucket,
      Key: 'lines.csv',
      ExpressionType: 'SQL',
      Expression: 'SELECT * FROM S3Object',
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    })
    // More than there are kernels in an isolate.
    for (let times = 0; times < 12; times++) {
      const gone = new AbortController()
      const { Payload } = await client.send(command, { abortSignal: gone.signal })
      const first = await Payload?.[Symbol.asyncIterator]().next()
      expect(first?.value).toHaveProperty('Records')
      gone.abort()
    }
    expect(await select({ expression: 'SELECT COUNT(*) FROM S3Object' })).toBe(`${cities.length}\n`)
  })
})

describe('a request of SelectObjectContent', () => {
  it.each<[string, Asked, SignedRequest, string]>([
    ['without a body', {}, { body: '' }, '400 EmptyRequestBody'],
    ['that is no XML', {}, { body: '<SelectObject' }, '400 MalformedXML'],
    ['with a Range', {}, { headers: { range: 'bytes=0-9' } }, '400 UnsupportedRangeHeader'],
    ['with an unknown dialect', {}, { headers: { 'x-edgeshard-select-dialect': 'x' } }, '400 InvalidArgument'],
    ['of another type', {}, { query: { 'select-type': '1' } }, '400 InvalidArgument'],
    [
      'with a key of SSE-C',
      {},
      { headers: { 'x-amz-server-side-encryption-customer-key': 'x' } },
      '501 NotImplemented',
    ],
    ['of a missing object', { key: 'none' }, {}, '404 NoSuchKey'],
    ['of an unsupported storage class', { key: 'cold.csv' }, {}, '400 UnsupportedStorageClass'],
    ['of too long a statement', { expression: 'x'.repeat(256 * 1024 + 1) }, {}, '400 ExpressionTooLong'],
    ['of a range behind the end', { more: '<ScanRange><Start>9999</Start></ScanRange>' }, {}, '400 InvalidScanRange'],
    [
      'for lines of JSON with output in CSV',
      {},
      { headers: { accept: 'application/x-ndjson' } },
      '400 InvalidRequestParameter',
    ],
  ])('%s is refused', async (_name, asked, request, expected) => {
    expect(await codeOf(ask(asked, request))).toBe(expected)
  })

  it.each(['GET', 'PUT', 'DELETE'])('is MethodNotAllowed as %s', async (method) => {
    const query = { select: '', 'select-type': '2' }
    expect(await codeOf(server.fetchSigned(method, `/${bucket}/cities.csv`, { query }))).toBe('405 MethodNotAllowed')
  })

  it('fails before anything is sent where the statement or the first record is at fault', async () => {
    expect(await codeOf(ask({ expression: 'SELECT FROM WHERE' }))).toMatch(/^400 Parse/)
    expect(await codeOf(ask({ expression: 'SELECT "no such column" FROM S3Object' }))).toMatch(
      /^400 (MissingHeaderName|EvaluatorBindingDoesNotExist)$/,
    )
    expect(await codeOf(ask({ expression: 'SELECT CAST(name AS INT) FROM S3Object' }))).toBe('400 CastFailed')
  })

  it('may name a version', async () => {
    const Bucket = uniqueBucketName('select-versions')
    await client.send(new CreateBucketCommand({ Bucket }))
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    const first = await server.fetchSigned('PUT', `/${Bucket}/k`, { body: 'first\n' })
    await server.fetchSigned('PUT', `/${Bucket}/k`, { body: 'second\n' })
    const of = async (query: Record<string, string>) => {
      const response = await server.fetchSigned('POST', `/${Bucket}/k`, {
        query: { select: '', 'select-type': '2', ...query },
        body: bodyOf({ input: '<CSV/>' }),
      })
      return recordsOf(readMessages([await response.bytes()]))
    }
    expect(await of({})).toBe('second\n')
    expect(await of({ versionId: first.headers.get('x-amz-version-id') ?? '' })).toBe('first\n')
  })
})

describe('the dialect', () => {
  const grouped = { expression: 'SELECT country, COUNT(*) FROM S3Object GROUP BY country ORDER BY country' }

  it('is extended by default', async () => {
    expect(await select(grouped)).toBe('Germany,2\nIceland,1\nItaly,1\n')
  })

  it('is AWS’s where the request asks for it', async () => {
    const response = ask(grouped, { headers: { 'x-edgeshard-select-dialect': 'aws' } })
    expect(await codeOf(response)).toMatch(/^400 \w+/)
  })

  it('is what the bucket says, unless the request says another', async () => {
    const path = `/-/admin/buckets/${bucket}/select`
    const put = await server.fetchSigned('PUT', path, { body: '{"dialect":"aws"}' })
    expect(put.status).toBe(200)
    try {
      expect((await ask(grouped)).status).toBe(400)
      expect(await select(grouped, { headers: { 'x-edgeshard-select-dialect': 'extended' } })).toContain('Italy,1')
    } finally {
      expect((await server.fetchSigned('DELETE', path)).status).toBe(204)
    }
    expect((await ask(grouped)).status).toBe(200)
  })
})

describe('several objects in one statement', () => {
  it('are joined, and worked on by window functions', async () => {
    await server.fetchSigned('PUT', `/${bucket}/areas.csv`, { body: 'country,area\nGermany,357592\nItaly,302073\n' })
    const areas = `JOIN "${bucket}/areas.csv" a ON c.country = a.country`
    const joined = `SELECT c.name, a.area FROM S3Object c ${areas} ORDER BY c.name`
    expect(await select({ expression: joined })).toBe('Berlin,357592\nKöln,357592\n"Rome, the ""eternal""",302073\n')
    const ranked =
      'SELECT name, RANK() OVER (ORDER BY CAST(population AS INT) DESC) AS place FROM S3Object ORDER BY place LIMIT 2'
    expect(await select({ expression: ranked })).toBe('"Rome, the ""eternal""",1\nBerlin,2\n')
    const missing = `SELECT * FROM S3Object c JOIN "${bucket}/none" n ON c.name = n.name`
    expect(await codeOf(ask({ expression: missing }))).toBe('404 NoSuchKey')
  })
})

describe('an object of others', () => {
  it('is not joined by whoever may not read it', async () => {
    const other = await server.account('select-other')
    const Bucket = uniqueBucketName('select-private')
    await other.client.send(new CreateBucketCommand({ Bucket }))
    await server.fetchSigned('PUT', `/${Bucket}/c.csv`, { body: citiesCsv, credentials: other })
    const expression = `SELECT a.name FROM S3Object a JOIN "${bucket}/cities.csv" b ON a.name = b.name`
    const request = { query: { select: '', 'select-type': '2' }, body: bodyOf({ expression }), credentials: other }
    expect(await codeOf(server.fetchSigned('POST', `/${Bucket}/c.csv`, request))).toBe('403 AccessDenied')
  })
})
