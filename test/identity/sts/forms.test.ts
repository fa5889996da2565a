// The forms in which clients call STS: a form in the body, a presigned URL, parameters in the URL of a POST.
import { SignatureV4 } from '@smithy/signature-v4'
import { beforeAll, describe, expect, it } from 'vitest'
import { isQueryRequest } from '../../../src/identity/identity.ts'
import { Sha256 } from '../../support/endpoint.ts'
import { StsWorld, type Credentials, type Signer, type StsAnswer } from './sts-world.ts'

const world = new StsWorld()
let account: Signer

beforeAll(async () => {
  account = await world.account('111111111111')
})

async function send(request: Request): Promise<StsAnswer> {
  expect(isQueryRequest(request)).toBe(true)
  return world.send(request)
}

/** A URL as the AWS SDKs presign it for services other than S3: signed for an empty body. */
async function presigned(credentials: Credentials, headers: Record<string, string> = {}): Promise<string> {
  const signer = new SignatureV4({ service: 'sts', region: 'us-east-1', credentials, sha256: Sha256 })
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: 'sts.example.com',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: 'sts.example.com', ...headers },
    },
    { expiresIn: 60, unhoistableHeaders: new Set(Object.keys(headers)) },
  )
  const search = new URLSearchParams(signed.query as Record<string, string>)
  return `http://sts.example.com/?${search.toString().replaceAll('+', '%20')}`
}

describe('GetCallerIdentity', () => {
  it('answers a presigned URL, as Kubernetes clusters ask for users', async () => {
    const headers = { 'x-k8s-aws-id': 'cluster' }
    const url = await presigned(account, headers)
    expect((await send(new Request(url, { headers }))).text('Arn')).toBe(account.arn)
    expect((await send(new Request(url, { headers: { 'x-k8s-aws-id': 'other' } }))).error?.code).toBe(
      'SignatureDoesNotMatch',
    )
    expect((await send(new Request(url))).error?.code).toBe('SignatureDoesNotMatch')
    expect((await send(new Request(`${url}&Extra=1`, { headers }))).error?.code).toBe('SignatureDoesNotMatch')
  })

  it('answers a presigned URL of temporary credentials', async () => {
    const session = (await world.call({ Action: 'GetSessionToken' }, account)).credentials()
    const url = await presigned(session)
    expect(url).toContain('X-Amz-Security-Token=')
    expect((await send(new Request(url))).text('Arn')).toBe(account.arn)
    const other = url.replace(/X-Amz-Security-Token=./, 'X-Amz-Security-Token=B')
    expect((await send(new Request(other))).error?.code).toBe('InvalidClientTokenId')
  })

  it('answers a form that a server sends on for its client, as Vault does', async () => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15'
    const signer = new SignatureV4({ service: 'sts', region: 'us-east-1', credentials: account, sha256: Sha256 })
    const headers = {
      host: 'sts.example.com',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'content-length': String(body.length),
      'x-vault-aws-iam-server-id': 'vault.example.com',
    }
    const asked = {
      method: 'POST',
      protocol: 'http:',
      hostname: 'sts.example.com',
      path: '/',
      query: {},
      headers,
      body,
    }
    const signed = await signer.sign(asked)
    const to = { method: 'POST', headers: signed.headers, body }
    expect((await send(new Request('http://sts.example.com/', to))).text('Account')).toBe('111111111111')
    const changed = { ...to, body: body.replace('2011', '2010') }
    expect((await send(new Request('http://sts.example.com/', changed))).error?.code).toMatch(
      /SignatureDoesNotMatch|IncompleteSignature/,
    )
  })
})

describe('an action that needs no signature', () => {
  const parameters = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: 'arn:aws:iam::111111111111:role/r',
    RoleSessionName: 'x1',
    WebIdentityToken: 'x',
  })
  const type = { 'content-type': 'application/x-www-form-urlencoded' }

  it.each<[string, () => Request]>([
    [
      'a form',
      () => new Request('http://sts.example.com/', { method: 'POST', headers: type, body: parameters.toString() }),
    ],
    ['a URL', () => new Request(`http://sts.example.com/?${parameters.toString()}`)],
    ['the URL of a POST', () => new Request(`http://sts.example.com/?${parameters.toString()}`, { method: 'POST' })],
  ])('is understood in %s', async (_name, request) => {
    expect((await send(request())).error?.code).toBe('InvalidIdentityToken')
  })

  it('is not what others are', async () => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15'
    const request = new Request('http://sts.example.com/', {
      method: 'POST',
      headers: { ...type, 'content-length': String(body.length) },
      body,
    })
    expect((await send(request)).error?.code).toBe('MissingAuthenticationToken')
  })
})
