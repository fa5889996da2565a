import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchDocument } from '../../../src/identity/oidc/fetch-document.ts'
import { oidcDocumentBytesMax, oidcFetchMilliseconds } from '../../../src/limits.ts'

const seen: IncomingMessage[] = []
const answers: Record<string, (response: ServerResponse) => void> = {
  '/good': (response) => response.end('{"issuer":"ä"}'),
  '/full': (response) => response.end(`"${'x'.repeat(oidcDocumentBytesMax - 2)}"`),
  '/large': (response) => response.end(`"${'x'.repeat(oidcDocumentBytesMax - 1)}"`),
  '/endless': (response) => {
    const send = (): void => {
      if (!response.destroyed) response.write(' '.repeat(64 * 1024), () => setImmediate(send))
    }
    send()
  },
  '/text': (response) => response.end('<html>'),
  '/empty': (response) => response.end(),
  '/moved': (response) => response.writeHead(302, { location: '/good' }).end(),
  '/missing': (response) => response.writeHead(404).end('{"issuer":"x"}'),
  '/busy': (response) => response.writeHead(429).end(),
  '/broken': (response) => response.writeHead(503).end(),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{')
    setTimeout(() => response.destroy(), 20)
  },
  '/silent': () => undefined,
  '/slow': (response) => void response.write('{'),
}

const server = createServer((request, response) => {
  seen.push(request)
  answers[request.url ?? '']?.(response)
})
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('fetchDocument()', () => {
  it('gets a document', async () => {
    expect(await fetchDocument(`${origin}/good`)).toEqual({ outcome: 'fetched', document: { issuer: 'ä' } })
    expect(seen.at(-1)).toMatchObject({ method: 'GET', headers: { accept: 'application/json' } })
  })

  it('reads as much as is allowed', async () => {
    expect(await fetchDocument(`${origin}/full`)).toMatchObject({ outcome: 'fetched' })
  })

  it.each([
    ['/large', `has more than ${oidcDocumentBytesMax} bytes`],
    ['/endless', `has more than ${oidcDocumentBytesMax} bytes`],
    ['/text', 'is no JSON'],
    ['/empty', 'is no JSON'],
    ['/missing', 'answered 404'],
  ])('cannot use %s', async (path, why) => {
    expect(await fetchDocument(origin + path)).toEqual({ outcome: 'unusable', why: `${origin}${path} ${why}` })
  })

  it('follows no redirect', async () => {
    const before = seen.length
    expect(await fetchDocument(`${origin}/moved`)).toEqual({ outcome: 'unusable', why: `${origin}/moved answered 302` })
    expect(seen.slice(before).map(({ url }) => url)).toEqual(['/moved'])
  })

  it.each(['/busy', '/broken', '/cut'])('takes %s for a passing trouble', async (path) => {
    expect(await fetchDocument(origin + path)).toMatchObject({ outcome: 'unreachable' })
  })

  it('takes a server that is not there for a passing trouble', async () => {
    expect(await fetchDocument('http://127.0.0.1:1/')).toMatchObject({ outcome: 'unreachable' })
    expect(await fetchDocument('no URL')).toMatchObject({ outcome: 'unreachable' })
  })

  it('waits so long and no longer, for the head and for the body', async () => {
    const started = Date.now()
    expect(await Promise.all(['/silent', '/slow'].map((path) => fetchDocument(origin + path)))).toEqual([
      { outcome: 'unreachable', why: `${origin}/silent: no answer in ${oidcFetchMilliseconds} ms` },
      { outcome: 'unreachable', why: `${origin}/slow: no answer in ${oidcFetchMilliseconds} ms` },
    ])
    expect(Date.now() - started).toBeLessThan(oidcFetchMilliseconds + 2_000)
  })
})
