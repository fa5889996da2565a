import { describe, expect, it } from 'vitest'
import { preflight } from '../../../src/s3/operations/preflight.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Bucket } from '../../../src/store/buckets.ts'

const [atService, atBucket, atObject] = preflight
const cors = JSON.stringify([
  {
    id: null,
    allowedOrigins: ['https://app.example'],
    allowedMethods: ['PUT'],
    allowedHeaders: ['content-type'],
    exposeHeaders: [],
    maxAgeSeconds: 600,
  },
])
const withCors = bucketRecord({ configs: { cors } })
const notAllowed = 'CORSResponse: This CORS request is not allowed.'

function ask(url: string, bucket: Bucket | null, headers: Record<string, string>) {
  const operation = url === '/' ? atService : url === '/photos' ? atBucket : atObject
  const context = contextWith({ bucket: async () => bucket })
  return run(operation!, url, context, { method: 'OPTIONS', headers })
}

describe('preflight', () => {
  it('is anonymous at every level and needs neither bucket nor permission', () => {
    expect(preflight.map(({ route }) => `${route.method} ${route.level}`)).toEqual([
      'OPTIONS service',
      'OPTIONS bucket',
      'OPTIONS object',
    ])
    for (const { anonymous, bucketOptional } of preflight) expect([anonymous, bucketOptional]).toEqual([true, true])
    expect(permissionsOf(atObject!, '/photos/a', { headers: { origin: 'x' } })).toEqual([])
  })

  it.each(['/photos', '/photos/a.jpg'])('answers 200 with what the rule allows for %s', async (url) => {
    const response = await ask(url, withCors, {
      origin: 'https://app.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'Content-Type',
    })
    expect(response).toEqual({
      status: 200,
      headers: {
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '600',
        'access-control-allow-credentials': 'true',
        vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
      },
      body: null,
    })
  })

  const origin = 'https://app.example'
  const put = { 'access-control-request-method': 'PUT' }
  const get = { 'access-control-request-method': 'GET' }
  it.each([
    ['/photos/a', withCors, {}, 'BadRequest', 'Insufficient information. Origin request header needed.', {}],
    ['/photos/a', withCors, { origin }, 'BadRequest', 'Invalid Access-Control-Request-Method: null', {}],
    [
      '/photos/a',
      withCors,
      { origin, ...get },
      'AccessForbidden',
      notAllowed,
      { Method: 'GET', ResourceType: 'OBJECT' },
    ],
    [
      '/photos',
      withCors,
      { origin: 'x', ...put },
      'AccessForbidden',
      notAllowed,
      { Method: 'PUT', ResourceType: 'BUCKET' },
    ],
    [
      '/photos/a',
      bucketRecord(),
      { origin },
      'AccessForbidden',
      'CORSResponse: CORS is not enabled for this bucket.',
      { Method: 'OPTIONS', ResourceType: 'BUCKET' },
    ],
    [
      '/photos/a',
      null,
      { origin, ...put },
      'AccessForbidden',
      'CORSResponse: Bucket not found',
      { Method: 'PUT', ResourceType: 'BUCKET' },
    ],
    [
      '/',
      withCors,
      { origin, ...put },
      'AccessForbidden',
      'CORSResponse: Bucket not found',
      { Method: 'PUT', ResourceType: 'BUCKET' },
    ],
  ])('refuses %s (%#)', async (...row) => {
    const [url, bucket, headers, code, message, fields] = row
    const error = expect.objectContaining({ code, message: expect.stringContaining(message), fields })
    await expect((async () => ask(url, bucket, headers))()).rejects.toEqual(error)
  })
})
