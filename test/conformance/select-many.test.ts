// One query over every object under a prefix: docs/select.md, "Many objects".
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { iamClient } from '../support/iam-client.ts'
import type { SignedRequest } from '../support/endpoint.ts'
import { outlineOf, readMessages, recordsOf, type EventMessage } from '../support/event-stream.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const bucket = uniqueBucketName('select-many')

interface Asked {
  expression: string
  prefix?: string
  input?: string
  output?: string
}

const withHeader = '<CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV>'

function ask(
  { expression, prefix = 'sales/', input = withHeader, output = '<CSV/>' }: Asked,
  more: SignedRequest = {},
) {
  const body =
    `<SelectObjectContentRequest><Expression>${expression.replaceAll('<', '&lt;')}</Expression>` +
    `<ExpressionType>SQL</ExpressionType><InputSerialization>${input}</InputSerialization>` +
    `<OutputSerialization>${output}</OutputSerialization></SelectObjectContentRequest>`
  const query = { select: '', 'select-type': '2', prefix }
  return server.fetchSigned('POST', `/${bucket}`, { query, body, ...more })
}

async function messagesOf(asked: Asked, more: SignedRequest = {}): Promise<EventMessage[]> {
  const response = await ask(asked, more)
  const bytes = await response.bytes()
  if (response.status !== 200) throw new Error(`${response.status}: ${Buffer.from(bytes).toString()}`)
  return readMessages([bytes])
}

async function select(asked: Asked): Promise<string> {
  return recordsOf(await messagesOf(asked))
}

const sales: Record<string, string> = {
  'sales/': '',
  'sales/2026/01.csv': 'city,amount\nRome,10\nBern,5\n',
  'sales/2026/02.csv': 'amount,city\n7,Rome\n',
  'sales/2026/03.csv': 'city,amount\nOslo,1\nRome,3\n',
}

beforeAll(async () => {
  await server.client().send(new CreateBucketCommand({ Bucket: bucket }))
  const objects = { ...sales, 'other.csv': 'city,amount\nParis,1000\n' }
  for (const [key, body] of Object.entries(objects)) await server.fetchSigned('PUT', `/${bucket}/${key}`, { body })
  // More than a page of a listing.
  for (let from = 0; from < 1050; from += 50) {
    const numbers = Array.from({ length: 50 }, (_, index) => from + index)
    await Promise.all(
      numbers.map((n) =>
        server.fetchSigned('PUT', `/${bucket}/lines/${String(n).padStart(5, '0')}.json`, { body: `{"n":${n}}\n` }),
      ),
    )
  }
})

describe('a query over many objects', () => {
  it('gives the records of all in the order of their keys', async () => {
    expect(await select({ expression: 'SELECT city, amount FROM S3Object' })).toBe(
      'Rome,10\nBern,5\nRome,7\nOslo,1\nRome,3\n',
    )
  })

  it('has the key as a column', async () => {
    expect(await select({ expression: "SELECT _key, city FROM S3Object s WHERE s.city = 'Rome'" })).toBe(
      'sales/2026/01.csv,Rome\nsales/2026/02.csv,Rome\nsales/2026/03.csv,Rome\n',
    )
    expect(await select({ expression: "SELECT city FROM S3Object WHERE _key LIKE '%03.csv'" })).toBe('Oslo\nRome\n')
  })

  it('aggregates, groups and orders over all of them', async () => {
    expect(await select({ expression: 'SELECT COUNT(*), SUM(CAST(amount AS INT)) FROM S3Object' })).toBe('5,26\n')
    const grouped = 'SELECT city, SUM(CAST(amount AS INT)) AS total FROM S3Object GROUP BY city ORDER BY total DESC'
    expect(await select({ expression: grouped })).toBe('Rome,20\nBern,5\nOslo,1\n')
    const byKey = 'SELECT _key, COUNT(*) FROM S3Object GROUP BY _key'
    expect(await select({ expression: byKey })).toBe('sales/2026/01.csv,2\nsales/2026/02.csv,1\nsales/2026/03.csv,2\n')
  })

  it('takes several passes where the statement needs them', async () => {
    const ranked =
      'SELECT _key, RANK() OVER (ORDER BY CAST(amount AS INT) DESC) AS place FROM S3Object ORDER BY place LIMIT 2'
    expect(await select({ expression: ranked })).toBe('sales/2026/01.csv,1\nsales/2026/02.csv,2\n')
  })

  it('stops at LIMIT, over all of them', async () => {
    const messages = await messagesOf({ expression: 'SELECT city FROM S3Object LIMIT 3' })
    expect(recordsOf(messages)).toBe('Rome\nBern\nRome\n')
  })

  it('tells the bytes of all of them', async () => {
    const bytes = Object.values(sales).join('').length
    const messages = await messagesOf({ expression: 'SELECT COUNT(*) FROM S3Object' })
    expect(outlineOf(messages)).toEqual(['Records 2', `Stats ${bytes} ${bytes} 2`, 'End'])
  })

  it('goes on from one page of the listing to the next, in lines of JSON', async () => {
    const input = '<JSON><Type>LINES</Type></JSON>'
    const response = await ask(
      { expression: 'SELECT s.n FROM S3Object s', prefix: 'lines/', input, output: '<JSON/>' },
      { headers: { accept: 'application/x-ndjson' } },
    )
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
      Array.from({ length: 1050 }, (_, index) => index),
    )
  })

  it('of a prefix that no key has is empty', async () => {
    expect(await select({ expression: 'SELECT COUNT(*) FROM S3Object', prefix: 'none/' })).toBe('0\n')
  })

  it('fails before anything is sent where the statement is at fault', async () => {
    expect(await codeOf(ask({ expression: 'SELECT FROM' }))).toMatch(/^400 Parse/)
    const ranged = `<ScanRange><Start>0</Start></ScanRange>`
    const body = `<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization>${ranged}</SelectObjectContentRequest>`
    expect(await codeOf(ask({ expression: '' }, { body }))).toBe('400 UnsupportedScanRangeInput')
  })
})

describe('who may query many objects', () => {
  it('is who may list the bucket and read each of them', async () => {
    const owner = await server.account('select-many')
    const Bucket = uniqueBucketName('select-many-users')
    await owner.client.send(new CreateBucketCommand({ Bucket }))
    for (const key of ['a/1', 'a/2', 'b/1']) {
      await server.fetchSigned('PUT', `/${Bucket}/${key}`, { body: `${key}\n`, credentials: owner })
    }
    const user = await iamClient(server, owner).user('reader')
    const of = async (prefix: string) => {
      const body =
        '<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>'
      const query = { select: '', 'select-type': '2', prefix }
      return server.fetchSigned('POST', `/${Bucket}`, { query, body, credentials: user })
    }
    const arn = `arn:aws:s3:::${Bucket}`
    await user.allow([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/*` }])
    expect(await codeOf(of('a/'))).toBe('403 AccessDenied')
    await user.allow([
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/a/*` },
    ])
    expect(recordsOf(readMessages([await (await of('a/')).bytes()]))).toBe('a/1\na/2\n')
    expect(await codeOf(of('b/'))).toBe('403 AccessDenied')
    // What lies before is sent; the end says that it is not all.
    const outline = outlineOf(readMessages([await (await of('')).bytes()]))
    expect(outline.at(-1)).toBe('error AccessDenied')
  })
})
