// S3 Select by the AWS CLI.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import type { CommandResult } from '../support/clients.ts'
import { citiesCsv, citiesJsonLines } from '../support/select-samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const bucket = uniqueBucketName('select-cli')
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-select-'))
const found = await findClient('aws')
const reason = 'skip' in found ? found.skip : null

function aws(...args: string[]): Promise<CommandResult> {
  const command = 'command' in found ? found.command : ''
  const environment = { ...awsEnvironment(server.url, server), LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' }
  return runCommand(command, ['--endpoint-url', server.url, ...args], { environment })
}

interface Asked {
  key?: string
  expression: string
  input?: string
  output?: string
}

const out = path.join(folder, 'out')

async function select({
  key = 'cities.csv',
  expression,
  input = '{"CSV": {"FileHeaderInfo": "USE"}}',
  output = '{"CSV": {}}',
}: Asked): Promise<CommandResult> {
  writeFileSync(out, '')
  const named = ['--bucket', bucket, '--key', key, '--expression-type', 'SQL', '--expression', expression]
  const forms = ['--input-serialization', input, '--output-serialization', output]
  return aws('s3api', 'select-object-content', ...named, ...forms, out)
}

describe.skipIf(reason !== null)(`S3 Select by the AWS CLI ${reason ?? ''}`, () => {
  beforeAll(async () => {
    await aws('s3', 'mb', `s3://${bucket}`)
    const objects = { 'cities.csv': citiesCsv, 'cities.csv.gz': gzipSync(citiesCsv), 'cities.json': citiesJsonLines }
    for (const [key, content] of Object.entries(objects)) {
      writeFileSync(path.join(folder, key), content)
      await aws('s3', 'cp', '--quiet', path.join(folder, key), `s3://${bucket}/${key}`)
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each<[string, Asked, string]>([
    [
      'CSV by the names of its header',
      { expression: "SELECT s.name FROM S3Object s WHERE s.country = 'Germany'" },
      'Berlin\nKöln\n',
    ],
    [
      'CSV that is compressed',
      {
        key: 'cities.csv.gz',
        expression: 'SELECT s.name FROM S3Object s LIMIT 1',
        input: '{"CSV": {"FileHeaderInfo": "USE"}, "CompressionType": "GZIP"}',
      },
      'Berlin\n',
    ],
    [
      'JSON into JSON',
      {
        key: 'cities.json',
        expression: 'SELECT s.population FROM S3Object[*] s WHERE s.population < 1000000',
        input: '{"JSON": {"Type": "LINES"}}',
        output: '{"JSON": {"RecordDelimiter": ";"}}',
      },
      '{"population":139875};',
    ],
  ])('reads %s', async (_name, asked, expected) => {
    expect(await select(asked)).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(out, 'utf8')).toBe(expected)
  })

  it.each<[Asked, string]>([
    [{ key: 'none', expression: 'SELECT * FROM S3Object' }, 'NoSuchKey'],
    [{ expression: 'SELECT * FROM S3Object', input: '{"JSON": {"Type": "TABLE"}}' }, 'InvalidJsonType'],
    [
      { expression: 'SELECT * FROM S3Object', input: '{"CSV": {}, "CompressionType": "LZ4"}' },
      'InvalidCompressionFormat',
    ],
  ])('is told of %j what is wrong', async (asked, code) => {
    const { code: status, stderr } = await select(asked)
    expect(status).not.toBe(0)
    expect(stderr).toContain(`(${code})`)
  })
})
