// docs/admin.openapi.yaml against the route table, and against what the handlers really answer.
import { expect, it, vi } from 'vitest'
import { ADMIN_ROUTES } from '../../src/admin/routes.ts'
import { matchRoute } from '../../src/admin/route.ts'
import { ADMIN_OPERATIONS, answerProblems, pathParameters, requestProblems } from '../support/admin-document.ts'
import { ACCOUNT_LIFE, lifeBucket } from './account-life.ts'
import { adminClient, testEnv } from './admin-client.ts'

vi.mock('../../src/auth/authenticate.ts', () => import('./authenticate-stand-in.ts'))

it('describes exactly the routes of the table', () => {
  const ofTable = ADMIN_ROUTES.map(({ operationId, method, path }) => `${operationId}: ${method} ${path}`)
  const ofDocument = ADMIN_OPERATIONS.map(({ operationId, method, path }) => `${operationId}: ${method} ${path}`)
  expect(ofDocument.sort()).toEqual(ofTable.sort())
})

it('names the parameters of each path', () => {
  for (const [path, named] of pathParameters()) {
    expect(named, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  }
})

it('fits every answer of the handlers, and every request they accept', async () => {
  const env = testEnv()
  const call = adminClient(env)
  await env.CONTROL.prepare(
    `INSERT INTO buckets (name, bucket_id, account_id, location, created_ms, shards, catalog, versioning, object_lock, ownership)
     VALUES (?, 'b1', '000000000000', '', 0, 2, 'CATALOG_0', 'unversioned', 0, 'BucketOwnerEnforced')`,
  )
    .bind(lifeBucket)
    .run()
  const seen = new Set<string>()
  for (const [method, path, body, status] of ACCOUNT_LIFE) {
    const place = `${method} ${path} ${status}`
    const match = matchRoute(ADMIN_ROUTES, method, `/-/admin${path.split('?')[0]}`)
    if (match.outcome !== 'found') throw new Error(`No route: ${place}`)
    const { operationId } = match.route
    const reply = await call(method, path, body)
    expect(reply.status, `${place}: ${JSON.stringify(reply.body)}`).toBe(status)
    seen.add(`${operationId} ${status}`)
    expect(answerProblems(operationId, status, reply.body), place).toEqual([])
    if (status < 300) expect(requestProblems(operationId, body), place).toEqual([])
  }
  const all = ADMIN_OPERATIONS.flatMap(({ operationId, statuses }) =>
    statuses.map((status) => `${operationId} ${status}`),
  )
  expect([...seen].sort()).toEqual(all.filter((one) => !one.endsWith(' 403')).sort())
})
