// IAM by boto3, and the calls that Terraform's AWS provider makes: iam_checks.py runs once, each of its checks is a test here.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import { sharedServer } from '../support/shared-server.ts'

const server = sharedServer()
const script = path.join(import.meta.dirname, 'iam_checks.py')
const checks = [...readFileSync(script, 'utf8').matchAll(/^def (check_\w+)/gm)].map((match) => match[1] ?? '')
const found = await findClient('boto3')
const reason = 'skip' in found ? found.skip : null

describe.skipIf(reason !== null)(`boto3 and IAM ${reason ?? ''}`, () => {
  let results: Record<string, string | null> = {}

  beforeAll(async () => {
    const command = 'command' in found ? found.command : ''
    const account = await server.account('iam-boto3')
    const environment = { ...awsEnvironment(server.url, account), PYTHONUTF8: '1' }
    const { code, stdout, stderr } = await runCommand(command, [script, server.url, account.accountId], { environment })
    if (code !== 0) throw new Error(`iam_checks.py ended with ${code}: ${stderr}`)
    results = JSON.parse(stdout) as Record<string, string | null>
  })

  it.each(checks)('%s', (name) => {
    expect(results[name]).toBe(null)
  })
})
