// S3 Select by boto3: select_checks.py runs once, each of its checks is a test here.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const script = path.join(import.meta.dirname, 'select_checks.py')
const checks = [...readFileSync(script, 'utf8').matchAll(/^def (check_\w+)/gm)].map((match) => match[1] ?? '')
const found = await findClient('boto3')
const reason = 'skip' in found ? found.skip : null

describe.skipIf(reason !== null)(`S3 Select by boto3 ${reason ?? ''}`, () => {
  let results: Record<string, string | null> = {}

  beforeAll(async () => {
    const command = 'command' in found ? found.command : ''
    const environment = { ...awsEnvironment(server.url, server), PYTHONUTF8: '1' }
    const { code, stdout, stderr } = await runCommand(command, [script, server.url, uniqueBucketName('select-boto3')], {
      environment,
    })
    if (code !== 0) throw new Error(`select_checks.py ended with ${code}: ${stderr}`)
    results = JSON.parse(stdout) as Record<string, string | null>
  })

  it.each(checks)('%s', (name) => {
    expect(results[name]).toBe(null)
  })
})
