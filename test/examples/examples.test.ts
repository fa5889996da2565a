// The examples of the README work as they stand.
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import { sharedServer } from '../support/shared-server.ts'

const server = sharedServer()
const environment = awsEnvironment(server.url, server)

describe('sdk-quickstart.ts', () => {
  it('stores, reads a range, lists, and shares by a presigned URL', async () => {
    const script = path.join(import.meta.dirname, 'sdk-quickstart.ts')
    const { code, stdout, stderr } = await runCommand(process.execPath, [script], { environment })
    expect(stderr).toBe('')
    expect(stdout).toBe('Hello\ngreetings/\nHello, edge!\n')
    expect(code).toBe(0)
  })
})

describe('cli-quickstart.sh', () => {
  it('stores, lists, reads and asks for facts', async ({ skip }) => {
    const client = await findClient('aws')
    if ('skip' in client) skip(client.skip)
    const script = path.join(import.meta.dirname, 'cli-quickstart.sh')
    const { code, stdout, stderr } = await runCommand('/bin/sh', [script], { environment })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/ 13 hello\.txt\nHello, edge!\n13\n/)
    expect(code).toBe(0)
  })
})

describe('assume-role.sh', () => {
  it('reads what the session is bounded to, and nothing else', async ({ skip }) => {
    const client = await findClient('aws')
    if ('skip' in client) skip(client.skip)
    const script = path.join(import.meta.dirname, 'assume-role.sh')
    const { code, stdout, stderr } = await runCommand('/bin/sh', [script], { environment })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/:assumed-role\/reader-\d+\/me\nfor everybody\nnot allowed\n$/)
    expect(code).toBe(0)
  })
})

describe('select.sh', () => {
  it('queries an object, and groups its records', async ({ skip }) => {
    const client = await findClient('aws')
    if ('skip' in client) skip(client.skip)
    const script = path.join(import.meta.dirname, 'select.sh')
    const { code, stdout, stderr } = await runCommand('/bin/sh', [script], { environment })
    expect(stderr).toBe('')
    expect(stdout).toBe(
      'Berlin\nMunich\n{"country":"Germany","people":5165180}\n{"country":"Italy","people":4342212}\n',
    )
    expect(code).toBe(0)
  })
})
