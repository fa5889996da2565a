// IAM without a server: requests of the Query protocol, signed as clients sign them, over a database in memory.
import { createHash } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { expect, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { handleQuery } from '../../src/identity/identity.ts'
import { childElement, childElements, childText, parseXml, type XmlElement } from '../../src/s3/xml.ts'
import { createAccount } from '../../src/store/tables/accounts.ts'
import { testEnv } from '../admin/admin-client.ts'
import type { Credentials } from './address.ts'
import { Sha256 } from './endpoint.ts'
import { sqliteD1, type SqliteD1 } from './sqlite-d1.ts'
import { silentAudit } from './silent-audit.ts'

export const accountId = '111122223333'
export const otherAccountId = '444455556666'

/** Nested as in an SDK: `{ Tags: [{ Key: 'a', Value: 'b' }], PolicyInputList: ['…'] }`. */
export type Parameters = { [name: string]: string | number | boolean | (string | Record<string, unknown>)[] }

export interface Reply {
  status: number
  text: string
  /** The whole document. */
  xml: XmlElement
  /** The children of `<…Result>`; an element without any where there is none. */
  result: XmlElement
  /** Empty for a success. */
  code: string
  message: string
}

export interface IamWorld extends SqliteD1 {
  env: Env
  /** Lines of the log. */
  log: string[]
  /** Promises that outlive their requests. */
  background: Promise<unknown>[]
  /** As the root identity of the account. */
  call: (action: string, parameters?: Parameters) => Promise<Reply>
  as: (credentials: Credentials) => IamWorld['call']
  /** The result of a call that has to succeed. */
  ok: (action: string, parameters?: Parameters) => Promise<XmlElement>
  /** A user with an access key. */
  user(name: string, parameters?: Parameters): Promise<Credentials>
  /** Gives the user one inline policy with these statements. */
  allow(name: string, ...statements: object[]): Promise<void>
}

const rootKey: Credentials = { accessKeyId: 'ACCOUNTROOTKEY00', secretAccessKey: 'account-root-secret' }
export const otherRootKey: Credentials = { accessKeyId: 'OTHERROOTKEY0000', secretAccessKey: 'other-root-secret' }

/** A world with two accounts. */
export async function iamWorld(): Promise<IamWorld> {
  const database = sqliteD1('control')
  const env = testEnv(database.db)
  const background: Promise<unknown>[] = []
  const log: string[] = []
  for (const method of ['log', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => void log.push(String(line)))
  }
  for (const [id, key] of [[accountId, rootKey] as const, [otherAccountId, otherRootKey] as const]) {
    const account = { accountId: id, canonicalId: `c${id}`, name: `account ${id}`, email: 'a@b', created: 5 }
    const { accessKeyId, secretAccessKey: secret } = key
    await createAccount(env, { ...account, isDisabled: false }, [{ accessKeyId, accountId: id, secret, created: 5 }])
  }
  const waitUntil = (work: Promise<unknown>): void => void background.push(work)
  const as = (credentials: Credentials) => async (action: string, parameters?: Parameters) => {
    const request = await signedQuery({ Action: action, Version: '2010-05-08', ...parameters }, credentials)
    return readReply(action, await handleQuery(request, { env, audit: silentAudit, waitUntil, gatherLog: false }))
  }
  const call = as(rootKey)
  const ok = async (action: string, parameters?: Parameters): Promise<XmlElement> => {
    const reply = await call(action, parameters)
    expect(reply.status, reply.text).toBe(200)
    return reply.result
  }
  return {
    ...database,
    env,
    log,
    background,
    call,
    as,
    ok,
    async user(name, parameters = {}) {
      await ok('CreateUser', { UserName: name, ...parameters })
      const key = at(await ok('CreateAccessKey', { UserName: name }), 'AccessKey')
      return { accessKeyId: text(key, 'AccessKeyId'), secretAccessKey: text(key, 'SecretAccessKey') }
    },
    async allow(name, ...statements) {
      await ok('PutUserPolicy', { UserName: name, PolicyName: 'test', PolicyDocument: policyOf(...statements) })
    },
  }
}

export function policyOf(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export const trustEverybody = policyOf({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })

/** `Tags.member.1.Key=…`: parameters as the Query protocol has them. */
export function flatten(parameters: Parameters, prefix = ''): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]): [string, string][] => {
    if (!Array.isArray(value)) return [[prefix + name, String(value)]]
    return value.flatMap((item, index) => {
      const place = `${prefix}${name}.member.${index + 1}`
      return typeof item === 'string' ? [[place, item]] : flatten(item as Parameters, `${place}.`)
    })
  })
}

/** A request as the AWS CLI makes it. */
export async function signedQuery(parameters: Parameters, credentials: Credentials): Promise<Request> {
  const body = new URLSearchParams(flatten(parameters)).toString()
  const signer = new SignatureV4({ service: 'iam', region: 'eu-west-3', credentials, sha256: Sha256 })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: 9000,
    path: '/',
    query: {},
    headers: {
      host: '127.0.0.1:9000',
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    },
    body,
  })
  const bytes = new Blob([body])
  return new Request('http://127.0.0.1:9000/', {
    method: 'POST',
    headers: { ...headers, 'content-length': String(bytes.size) },
    // A stream that waits to be read, as a server's does.
    body: bytes.stream(),
    duplex: 'half',
  } as RequestInit)
}

const none: XmlElement = { name: '', text: '', attributes: {}, children: [] }

async function readReply(action: string, response: Response): Promise<Reply> {
  const body = await response.text()
  const xml = parseXml(body)
  const error = childElement(xml, 'Error')
  return {
    status: response.status,
    text: body,
    xml,
    result: childElement(xml, `${action}Result`) ?? none,
    code: error === null ? '' : (childText(error, 'Code') ?? ''),
    message: error === null ? '' : (childText(error, 'Message') ?? ''),
  }
}

/** The element that the names lead to; fails where there is none. */
export function at(element: XmlElement, ...names: string[]): XmlElement {
  let found = element
  for (const name of names) {
    const child = childElement(found, name)
    if (child === null) throw new Error(`There is no ${name} in ${found.name}`)
    found = child
  }
  return found
}

export function text(element: XmlElement, ...names: string[]): string {
  return at(element, ...names).text
}

/** Members of the list that the names lead to. */
export function members(element: XmlElement, ...names: string[]): XmlElement[] {
  return childElements(at(element, ...names), 'member')
}

/** An element as SDKs show it: text, list or structure. */
export function plain(element: XmlElement): unknown {
  if (element.children.length === 0) return element.text
  if (element.children.every(({ name }) => name === 'member')) return element.children.map(plain)
  return Object.fromEntries(element.children.map((child) => [child.name, plain(child)]))
}

/** Follows pages to the end: what `read` gives of each, and how many there were. */
export async function pages<T>(
  call: IamWorld['ok'],
  [action, parameters]: [action: string, parameters: Parameters],
  read: (result: XmlElement) => T[],
): Promise<{ items: T[]; count: number }> {
  const items: T[] = []
  let marker: Parameters = {}
  for (let count = 1; count < 100; count++) {
    const result = await call(action, { ...parameters, ...marker })
    items.push(...read(result))
    if (text(result, 'IsTruncated') === 'false') return { items, count }
    marker = { Marker: text(result, 'Marker') }
  }
  throw new Error('There is no last page')
}
