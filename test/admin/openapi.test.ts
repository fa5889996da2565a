// docs/admin.openapi.yaml against the route table, and against what the handlers really answer.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it, vi } from 'vitest'
import { ADMIN_ROUTES } from '../../src/admin/routes.ts'
import { matchRoute } from '../../src/admin/route.ts'
import { resolveReference, violations } from '../support/json-schema.ts'
import { parseYaml } from '../support/simple-yaml.ts'
import type { Yaml } from '../support/simple-yaml.ts'
import { adminClient, testEnv } from './admin-client.ts'

vi.mock('../../src/auth/authenticate.ts', () => import('./authenticate-stand-in.ts'))

type Node = { [key: string]: Yaml }
const document = parseYaml(readFileSync(resolve(import.meta.dirname, '../../docs/admin.openapi.yaml'), 'utf8')) as Node
const paths = document['paths'] as Record<string, Record<string, Node>>

const documented = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => method !== 'parameters')
    .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

it('describes exactly the routes of the table', () => {
  const ofTable = ADMIN_ROUTES.map(({ operationId, method, path }) => `${operationId}: ${method} ${path}`)
  const ofDocument = documented.map(
    ({ operation, method, path }) => `${operation['operationId'] as string}: ${method} ${path}`,
  )
  expect(ofDocument.sort()).toEqual(ofTable.sort())
})

it('names the parameters of each path', () => {
  for (const [path, item] of Object.entries(paths)) {
    const named = ((item['parameters'] ?? []) as unknown as { $ref: string }[]).map(
      ({ $ref }) => (resolveReference(document, $ref) as Node)['name'],
    )
    expect(named, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  }
})

/** The schema of an answer; undefined for one without a body. */
function answerSchema(operationId: string, status: number): Yaml | undefined {
  const operation = documented.find((one) => one.operation['operationId'] === operationId)?.operation
  const responses = operation?.['responses'] as Record<string, Node>
  let response = responses[String(status)]
  expect(response, `${operationId} documents ${status}`).toBeDefined()
  if (typeof response?.['$ref'] === 'string') response = resolveReference(document, response['$ref']) as Node
  const content = response?.['content'] as Record<string, Node> | undefined
  return content?.['application/json']?.['schema']
}

function requestSchema(operationId: string): Yaml | undefined {
  const operation = documented.find((one) => one.operation['operationId'] === operationId)?.operation
  const body = operation?.['requestBody'] as { content: Record<string, Node> } | undefined
  return body?.content['application/json']?.['schema']
}

const alice = { name: 'alice', email: 'alice@example.com', accountId: '111111111111' }
const importedKey = { accessKeyId: 'IMPORTED', secretAccessKey: 'imported-secret' }
const keys = '/accounts/111111111111/access-keys'
const noAccount = '/accounts/999999999999'
const root = '/accounts/000000000000'

// Method, path, body, status: one life of an account, with every documented outcome but 403, which comes before the route.
const steps: [method: string, path: string, body: unknown, status: number][] = [
  ['POST', '/accounts', alice, 201],
  ['POST', '/accounts', { ...alice, accountId: '222222222222', accessKeys: [importedKey], canonicalId: 'user$1' }, 201],
  ['POST', '/accounts', alice, 409],
  ['POST', '/accounts', { name: 'alice' }, 400],
  ['POST', '/accounts', JSON.stringify({ ...alice, name: 'a'.repeat(70_000) }), 413],
  ['GET', '/accounts?limit=1', undefined, 200],
  ['GET', '/accounts', undefined, 200],
  ['GET', '/accounts?limit=0', undefined, 400],
  ['GET', '/accounts/111111111111', undefined, 200],
  ['GET', noAccount, undefined, 404],
  ['PATCH', '/accounts/111111111111', { name: 'al' }, 200],
  ['PATCH', '/accounts/111111111111', {}, 400],
  ['PATCH', noAccount, { name: 'al' }, 404],
  ['PATCH', root, { name: 'al' }, 409],
  ['POST', '/accounts/111111111111/disable', undefined, 200],
  ['POST', `${noAccount}/disable`, undefined, 404],
  ['POST', `${root}/disable`, undefined, 409],
  ['POST', '/accounts/111111111111/enable', undefined, 200],
  ['POST', `${noAccount}/enable`, undefined, 404],
  ['POST', `${root}/enable`, undefined, 409],
  ['GET', keys, undefined, 200],
  ['GET', `${noAccount}/access-keys`, undefined, 404],
  ['POST', keys, undefined, 201],
  ['POST', keys, { accessKeyId: 'FIRST', secretAccessKey: 'first-secret' }, 201],
  ['POST', keys, importedKey, 409],
  ['POST', keys, { accessKeyId: 'ALONE' }, 400],
  ['POST', `${noAccount}/access-keys`, {}, 404],
  ['GET', `${keys}/FIRST`, undefined, 200],
  ['GET', `${keys}/IMPORTED`, undefined, 404],
  ['POST', `${keys}/FIRST/rotate`, undefined, 201],
  ['POST', `${keys}/FIRST/rotate`, { graceSeconds: 0 }, 201],
  ['POST', `${keys}/FIRST/rotate`, { graceSeconds: -1 }, 400],
  ['POST', `${keys}/NONE/rotate`, {}, 404],
  ['POST', `${keys}/FIRST/rotate`, importedKey, 409],
  ['GET', `${keys}/FIRST`, undefined, 200],
  ['POST', `${keys}/FIRST/disable`, undefined, 200],
  ['POST', `${keys}/NONE/disable`, undefined, 404],
  ['POST', `${keys}/FIRST/enable`, undefined, 200],
  ['POST', `${keys}/NONE/enable`, undefined, 404],
  ['DELETE', `${keys}/FIRST`, undefined, 204],
  ['DELETE', `${keys}/FIRST`, undefined, 404],
  ['DELETE', '/accounts/111111111111', undefined, 204],
  ['DELETE', '/accounts/111111111111', undefined, 404],
  ['DELETE', root, undefined, 409],
]

it('fits every answer of the handlers, and every request they accept', async () => {
  const call = adminClient(testEnv())
  const seen = new Set<string>()
  for (const [method, path, body, status] of steps) {
    const place = `${method} ${path} ${status}`
    const match = matchRoute(ADMIN_ROUTES, method, `/-/admin${path.split('?')[0]}`)
    if (match.outcome !== 'found') throw new Error(`No route: ${place}`)
    const { operationId } = match.route
    const reply = await call(method, path, body)
    expect(reply.status, `${place}: ${JSON.stringify(reply.body)}`).toBe(status)
    seen.add(`${operationId} ${status}`)
    const schema = answerSchema(operationId, status)
    if (schema === undefined) expect(reply.body, place).toBeUndefined()
    else expect(violations(document, schema, reply.body), place).toEqual([])
    const asked = requestSchema(operationId)
    if (status < 300 && body !== undefined && asked !== undefined)
      expect(violations(document, asked, body), place).toEqual([])
  }
  const all = documented.flatMap(({ operation }) =>
    Object.keys(operation['responses'] as Node).map((status) => `${operation['operationId'] as string} ${status}`),
  )
  expect([...seen].sort()).toEqual(all.filter((one) => !one.endsWith(' 403')).sort())
})
