// S3 Select by the AWS SDK for JavaScript.
import { bzip2Sample, cities, citiesCsv, citiesJsonLines } from '../support/select-samples.ts'
import { gzipSync } from 'node:zlib'
import {
  CreateBucketCommand,
  PutObjectCommand,
  SelectObjectContentCommand,
  type SelectObjectContentCommandInput,
  type SelectObjectContentEventStream,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('select-js')

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
  const objects: [key: string, body: string | Uint8Array][] = [
    ['cities.csv', citiesCsv],
    ['cities.csv.gz', gzipSync(citiesCsv)],
    ['cities.csv.bz2', bzip2Sample],
    ['cities.json', citiesJsonLines],
    ['broken.csv', `${'1\n'.repeat(300_000)}x\n`],
  ]
  for (const [Key, Body] of objects) await client.send(new PutObjectCommand({ Bucket, Key, Body }))
})

type Asked = Partial<SelectObjectContentCommandInput> & { Key: string; Expression: string }

const fromCsv: Pick<SelectObjectContentCommandInput, 'InputSerialization' | 'OutputSerialization'> = {
  InputSerialization: { CSV: { FileHeaderInfo: 'USE' } },
  OutputSerialization: { CSV: {} },
}

async function eventsOf(asked: Asked): Promise<SelectObjectContentEventStream[]> {
  const { Payload } = await client.send(
    new SelectObjectContentCommand({ Bucket, ExpressionType: 'SQL', ...fromCsv, ...asked }),
  )
  const events: SelectObjectContentEventStream[] = []
  for await (const event of Payload ?? []) events.push(event)
  return events
}

function recordsOf(events: SelectObjectContentEventStream[]): string {
  return Buffer.concat(events.map(({ Records }) => Records?.Payload ?? new Uint8Array())).toString()
}

async function select(asked: Asked): Promise<string> {
  return recordsOf(await eventsOf(asked))
}

const large = 'SELECT s.name, s.population FROM S3Object s WHERE CAST(s.population AS INT) > 3000000'

describe('S3 Select by the SDK for JavaScript', () => {
  it('gives records, statistics and an end', async () => {
    const events = await eventsOf({ Key: 'cities.csv', Expression: large })
    expect(recordsOf(events)).toBe('Berlin,3677472\n"Rome, the ""eternal""",4342212\n')
    expect(events.at(-2)?.Stats?.Details).toEqual({
      BytesScanned: citiesCsv.length,
      BytesProcessed: citiesCsv.length,
      BytesReturned: recordsOf(events).length,
    })
    expect(events.at(-1)?.End).toEqual({})
  })

  it('turns CSV into JSON and JSON into CSV', async () => {
    const Expression = "SELECT s.name FROM S3Object s WHERE s.country = 'Germany'"
    const json = await select({ Key: 'cities.csv', Expression, OutputSerialization: { JSON: {} } })
    expect(
      json
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ name: 'Berlin' }, { name: 'Köln' }])
    const csv = await select({
      Key: 'cities.json',
      Expression: 'SELECT s.name, s.population FROM S3Object s WHERE s.population > 4000000',
      InputSerialization: { JSON: { Type: 'LINES' } },
    })
    expect(csv).toBe('"Rome, the ""eternal""",4342212\n')
  })

  it.each(['GZIP', 'BZIP2'] as const)('reads %s', async (CompressionType) => {
    const Key = CompressionType === 'GZIP' ? 'cities.csv.gz' : 'cities.csv.bz2'
    const InputSerialization = { CompressionType, CSV: { FileHeaderInfo: 'USE' as const } }
    expect(await select({ Key, Expression: 'SELECT COUNT(*) FROM S3Object', InputSerialization })).toBe(
      `${cities.length}\n`,
    )
  })

  it('gives every record of all scan ranges once', async () => {
    const found: string[] = []
    for (let Start = 0; Start < citiesCsv.length; Start += 37) {
      const part = await select({
        Key: 'cities.csv',
        Expression: 'SELECT * FROM S3Object',
        InputSerialization: { CSV: {} },
        ScanRange: { Start, End: Math.min(Start + 36, citiesCsv.length - 1) },
      })
      found.push(part)
    }
    const whole = await select({
      Key: 'cities.csv',
      Expression: 'SELECT * FROM S3Object',
      InputSerialization: { CSV: {} },
    })
    expect(found.join('')).toBe(whole)
  })

  it.each([
    [{ Key: 'cities.csv', Expression: 'SELEKT 1' }, 'ParseExpectedKeyword|ParseUnexpectedToken|ParseUnsupportedSyntax'],
    [{ Key: 'none.csv', Expression: large }, 'NoSuchKey'],
    [
      { Key: 'cities.csv', Expression: 'SELECT "nothing" FROM S3Object' },
      'MissingHeaderName|EvaluatorBindingDoesNotExist',
    ],
  ])('fails %j before the first event', async (asked, codes) => {
    await expect(eventsOf(asked)).rejects.toMatchObject({ name: expect.stringMatching(`^(${codes})$`) })
  })

  it('fails in the middle with the code and the message of what was found', async () => {
    const { Payload } = await client.send(
      new SelectObjectContentCommand({
        Bucket,
        Key: 'broken.csv',
        ExpressionType: 'SQL',
        Expression: 'SELECT CAST(s._1 AS INT) FROM S3Object s',
        InputSerialization: { CSV: {} },
        OutputSerialization: { CSV: {} },
      }),
    )
    let records = 0
    const read = async (): Promise<void> => {
      for await (const { Records } of Payload ?? []) records += Records?.Payload?.length ?? 0
    }
    await expect(read()).rejects.toMatchObject({ name: 'CastFailed', message: expect.stringContaining('CAST') })
    expect(records).toBeGreaterThan(0)
  })
})
