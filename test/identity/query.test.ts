// The pipeline of the Query protocol: what is asked, by whom, within which limits, and what is said of it.
import { beforeEach, describe, expect, it } from 'vitest'
import { handleQuery, isQueryRequest } from '../../src/identity/identity.ts'
import { renderMetrics } from '../../src/metrics.ts'
import { childText, parseXml } from '../../src/s3/xml.ts'
import { iamWorld, policyOf, signedQuery, type IamWorld } from '../support/iam-world.ts'
import { silentAudit } from '../support/silent-audit.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

const rootKey = { accessKeyId: 'ACCOUNTROOTKEY00', secretAccessKey: 'account-root-secret' }

const send = (request: Request) =>
  handleQuery(request, { env: world.env, audit: silentAudit, waitUntil: () => {}, gatherLog: false })

function post(body: string, headers: Record<string, string> = {}): Request {
  const type = 'application/x-www-form-urlencoded'
  const bytes = new Blob([body])
  const given = { 'content-type': type, 'content-length': String(bytes.size), ...headers }
  return new Request('http://127.0.0.1:9000/', {
    method: 'POST',
    headers: given,
    body: bytes.stream(),
    duplex: 'half',
  } as RequestInit)
}

const request = (method: string, path: string, type?: string) =>
  new Request(`http://127.0.0.1:9000${path}`, { method, headers: type === undefined ? {} : { 'content-type': type } })

describe('isQueryRequest()', () => {
  it.each([
    ['POST', '/', 'application/x-www-form-urlencoded', true],
    ['POST', '/', 'application/x-www-form-urlencoded; charset=utf-8', true],
    ['GET', '/?Action=ListUsers&Version=2010-05-08', undefined, true],
    ['POST', '/?Version=1&Action=ListUsers', undefined, true],
    ['GET', '/', undefined, false],
    ['GET', '/?NoAction=x', undefined, false],
    ['POST', '/bucket', 'application/x-www-form-urlencoded', false],
    ['PUT', '/?Action=ListUsers', undefined, false],
    ['POST', '/', 'multipart/form-data; boundary=x', false],
  ])('%s %s of type %s: %s', (method, path, type, expected) => {
    expect(isQueryRequest(request(method, path, type))).toBe(expected)
  })
})

describe('a request', () => {
  it.each([
    ['', 400, 'MissingAction', 'Missing Action'],
    ['Action=', 400, 'MissingAction', 'Missing Action'],
    ['Action=Fly', 400, 'InvalidAction', 'Could not find operation Fly for version NO_VERSION_SPECIFIED'],
    ['Action=Fly&Version=2010-05-08', 400, 'InvalidAction', 'Could not find operation Fly for version 2010-05-08'],
    ['Action=ListUsers', 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  ])('with %j is %i %s', async (body, status, code, message) => {
    const response = await send(post(body))
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/xml'])
    const id = response.headers.get('x-amzn-requestid')
    expect(await response.text()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
        `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
        `<RequestId>${id}</RequestId></ErrorResponse>`,
    )
  })

  it('has the namespace of its service in its errors', async () => {
    const text = await (await send(post('Action=GetSessionToken'))).text()
    expect(text).toContain('<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">')
  })

  it('may carry its parameters in the URL', async () => {
    const answer = await send(new Request('http://127.0.0.1:9000/?Action=ListUsers&Version=2010-05-08'))
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>')
  })

  it('has 128 KiB at most, and is read to its end all the same', async () => {
    const large = post(`Action=ListUsers&Filler=${'x'.repeat(128 * 1024)}`)
    const response = await send(large)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('<Code>ValidationError</Code>')
    expect(large.bodyUsed).toBe(true)
  })

  it.each([
    ['another secret', { ...rootKey, secretAccessKey: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['a key nobody has', { ...rootKey, accessKeyId: 'AKIANOBODYNOBODY0000' }, 403, 'InvalidClientTokenId'],
    ['a token that is none', { ...rootKey, sessionToken: 'x' }, 403, 'InvalidClientTokenId'],
  ])('signed with %s', async (_what, credentials, status, code) => {
    const response = await send(await signedQuery({ Action: 'ListUsers' }, credentials))
    expect(response.status).toBe(status)
    const error = parseXml(await response.text()).children.find(({ name }) => name === 'Error')
    expect(childText(error!, 'Code')).toBe(code)
  })

  it('whose body was changed on its way is refused', async () => {
    const signed = await signedQuery({ Action: 'CreateUser', UserName: 'bob' }, rootKey)
    const changed = post('Action=CreateUser&UserName=eve', Object.fromEntries(signed.headers))
    const response = await send(changed)
    expect([response.status, (await response.text()).includes('<Code>')]).toEqual([400, true])
    expect(world.sqlite.prepare('SELECT count(*) AS n FROM entities').get()).toEqual({ n: 0 })
  })

  it('that meets a fault tells nobody but the log', async () => {
    await world.ok('CreateUser', { UserName: 'bob' })
    world.sqlite.exec(`UPDATE entities SET tags = 'broken'`)
    const reply = await world.call('GetUser', { UserName: 'bob' })
    expect(reply).toMatchObject({
      status: 500,
      code: 'InternalFailure',
      message: 'The request processing has failed because of an unknown error.',
    })
    expect(reply.text).toContain('<Type>Receiver</Type>')
    expect(reply.text).not.toContain('JSON')
    const fault = world.log.find((line) => line.includes('Query request failed'))
    expect(JSON.parse(fault ?? '{}')).toMatchObject({
      operation: 'GetUser',
      stack: expect.stringContaining('JSON') as string,
    })
  })
})

describe('the log and the metrics', () => {
  it('have one line and one count for each request', async () => {
    await world.ok('CreateUser', { UserName: 'bob' })
    await world.call('GetUser', { UserName: 'none' })
    const lines = world.log.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toEqual({
      time: expect.stringMatching(/Z$/) as string,
      requestId: expect.stringMatching(/^[0-9A-Z]{16}$/) as string,
      service: 'iam',
      operation: 'CreateUser',
      method: 'POST',
      status: 200,
      bytesIn: 'Action=CreateUser&Version=2010-05-08&UserName=bob'.length,
      bytesOut: expect.any(Number) as number,
      milliseconds: expect.any(Number) as number,
      account: '111122223333',
    })
    expect(lines[1]).toMatchObject({ operation: 'GetUser', status: 404, error: 'NoSuchEntity' })
    expect(renderMetrics()).toMatch(/edgeshard_requests_total\{operation="GetUser",status="404"\} [1-9]/)
  })

  it('count what names no action, whatever it says', async () => {
    await send(post('Action=Fly'))
    expect(renderMetrics()).toMatch(/edgeshard_requests_total\{operation="none",status="400"\} [1-9]/)
    expect(renderMetrics()).not.toContain('Fly')
  })

  it('hold neither policies nor keys nor signatures', async () => {
    const bob = await world.user('bob')
    await world.call('PutUserPolicy', {
      UserName: 'bob',
      PolicyName: 'p',
      PolicyDocument: policyOf({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::confidential' }),
    })
    await world.as(bob)('ListUsers')
    await world.as({ ...bob, secretAccessKey: 'wrong-secret' })('ListUsers')
    const log = world.log.join('\n')
    for (const secret of [bob.secretAccessKey, 'wrong-secret', 'confidential', 'Signature=']) {
      expect(log).not.toContain(secret)
    }
  })
})
