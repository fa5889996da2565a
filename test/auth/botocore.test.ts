// Against botocore, where a Python here has it: random requests of every signature it knows, and those with a byte changed.
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { formType, uploadForm } from '../support/form-body.ts'
import { findClient, runCommand } from '../support/clients.ts'
import { accessKey, accessKeyId, authRequest, outcome, streamOf } from './doubles.ts'
import { changed } from './requests.ts'

interface Made {
  name: string
  method: string
  url: string
  headers: Record<string, string>
  form: Record<string, string>
}

const seed = 20130524
const count = 40
const found = await findClient('boto3')
const reason = 'skip' in found ? found.skip : null
const made = new Map<string, Made[]>()

async function isLetIn({ method, url, headers, form }: Made): Promise<boolean> {
  const isForm = Object.keys(form).length > 0
  const request = authRequest({
    method,
    url,
    headers: { host: 's3.example.com:9000', ...headers, ...(isForm && { 'content-type': formType }) },
    body: isForm ? streamOf(new Uint8Array(uploadForm(form, 'x'))) : null,
    formBucket: isForm ? 'b' : null,
    now: Date.now(),
  })
  let kind = ''
  await outcome(
    authenticate(request, async (id) => (id === accessKeyId ? accessKey : null)).then(
      ({ identity }) => (kind = identity.kind),
    ),
  )
  return kind === 'account'
}

describe.skipIf(reason !== null)(`requests of botocore, seed ${seed} ${reason ?? ''}`, () => {
  beforeAll(async () => {
    const script = path.join(import.meta.dirname, 'botocore_requests.py')
    const command = 'command' in found ? found.command : ''
    const { stdout, stderr } = await runCommand(command, [script, String(seed), String(count)], {
      environment: { PYTHONUTF8: '1' },
    })
    if (stdout === '') throw new Error(stderr)
    for (const line of stdout.trim().split('\n')) {
      const request = JSON.parse(line) as Made
      // Its headers are in the URL as well: whoever uses that sends none.
      if (request.name === 'v2 query') request.headers = {}
      made.set(request.name, [...(made.get(request.name) ?? []), request])
    }
  }, 60_000)

  const names = ['v2 header', 'v2 query', 'v2 form', 'v4 header', 'v4 query', 'v4 form', 'v4a header', 'v4a query']
  it.each(names)('%s: all are let in', async (name) => {
    const requests = made.get(name) ?? []
    if (name.startsWith('v4a') && requests.length === 0) return
    expect(requests).toHaveLength(count)
    for (const request of requests) expect(await isLetIn(request), JSON.stringify(request)).toBe(true)
  })

  // Headers that are not signed, and the host in Version 2.
  const unsigned: Record<string, string[]> = {
    'v2 header': ['user-agent', 'content-length', 'host'],
    'v2 query': ['host'],
    'v4 header': ['user-agent', 'content-length'],
    'v4 query': ['user-agent', 'content-length'],
    'v4a header': ['user-agent', 'content-length'],
    'v4a query': ['user-agent', 'content-length'],
  }
  it.each(Object.keys(unsigned))('%s: none is with a byte changed', async (name) => {
    for (const request of (made.get(name) ?? []).slice(0, name.startsWith('v4a') ? 2 : 6)) {
      for (const [what, other] of changed(request, unsigned[name])) {
        expect(await isLetIn({ ...request, ...other }), `${what}: ${JSON.stringify(other)}`).toBe(false)
      }
    }
  })
})
