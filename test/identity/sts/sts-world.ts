// Accounts with users, roles and providers over a database in memory, and signed calls to STS against them. The
// signatures are Smithy's.
import { createHash } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { vi } from 'vitest'
import { handleQuery } from '../../../src/identity/identity.ts'
import { childElement, childText, parseXml, type XmlElement } from '../../../src/s3/xml.ts'
import { createAccount } from '../../../src/store/tables/accounts.ts'
import { createEntity } from '../../../src/store/tables/entities.ts'
import { createHeldKey } from '../../../src/store/tables/held-keys.ts'
import { putInlinePolicy } from '../../../src/store/tables/inline-policies.ts'
import { createOidcProvider } from '../../../src/store/tables/oidc-providers.ts'
import { createPolicy } from '../../../src/store/tables/policies.ts'
import { entityArn, oidcProviderArn, policyArn } from '../../../src/iam/arn.ts'
import type { Env } from '../../../src/env.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { Sha256 } from '../../support/endpoint.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'
import { silentAudit } from '../../support/silent-audit.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface Signer extends Credentials {
  arn: string
  userId: string
}

export interface StsAnswer {
  status: number
  /** Null for a result. */
  error: { code: string; message: string } | null
  /** `<…Result>`; of an error, its document. */
  result: XmlElement
  /** Of `<Credentials>` in the result. */
  credentials(): Credentials
  /** The text at this path below the result; null where there is none. */
  text(...path: string[]): string | null
}

const statement = (parts: Record<string, unknown>) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...parts }] })

/** A policy of an identity that allows the actions on everything. */
export function allows(...actions: string[]): string {
  return statement({ Action: actions, Resource: '*' })
}

/** A trust policy. */
export function trusts(principal: unknown, parts: Record<string, unknown> = {}): string {
  return statement({ Principal: principal, Action: 'sts:AssumeRole', ...parts })
}

export class StsWorld {
  readonly env: Env
  readonly queries: () => number
  /** What goes on after the answers. */
  readonly #background: Promise<unknown>[] = []
  #ids = 0

  constructor(variables: Partial<Env> = {}) {
    const { db, queries } = sqliteD1('control')
    this.env = { ...testEnv(db), ...variables }
    this.queries = queries
    // The log of requests.
    vi.spyOn(console, 'log').mockImplementation(() => undefined)
  }

  /** An account and the key of its root identity. */
  async account(accountId: string, { isDisabled = false } = {}): Promise<Signer> {
    const accessKeyId = `ACCOUNT${accountId}`
    const secretAccessKey = `secret of ${accountId}`
    const facts = {
      accountId,
      canonicalId: `canonical ${accountId}`,
      name: `name ${accountId}`,
      email: 'a@b',
      created: 1,
    }
    await createAccount(this.env, { ...facts, isDisabled }, [
      { accessKeyId, accountId, secret: secretAccessKey, created: 1 },
    ])
    return { accessKeyId, secretAccessKey, arn: `arn:aws:iam::${accountId}:root`, userId: accountId }
  }

  async user(accountId: string, name: string, policy: string | null = null): Promise<Signer> {
    const userId = this.#id('AIDA')
    await this.#entity('user', { accountId, name, entityId: userId, path: '/' }, { policy, role: null })
    const key = { accessKeyId: this.#id('AKIA'), secret: `secret of ${userId}`, created: 1 }
    await createHeldKey(this.env, { accountId, userId }, key, { countMax: 2 })
    const { accessKeyId, secret: secretAccessKey } = key
    return { accessKeyId, secretAccessKey, arn: entityArn('user', { accountId, path: '/', name }), userId }
  }

  /** The role's ARN and id. */
  async role(
    accountId: string,
    name: string,
    {
      trust,
      policy = null,
      maxSessionSeconds = 3600,
      path = '/',
      tags = {},
    }: {
      trust: string
      policy?: string | null
      maxSessionSeconds?: number
      path?: string
      tags?: Record<string, string>
    },
  ): Promise<{ arn: string; roleId: string }> {
    const roleId = this.#id('AROA')
    const role = { trustPolicy: trust, description: null, maxSessionSeconds, lastUsed: null }
    await this.#entity('role', { accountId, name, entityId: roleId, path }, { policy, role, tags })
    return { arn: entityArn('role', { accountId, path, name }), roleId }
  }

  /** A customer managed policy; its ARN. */
  async managedPolicy(accountId: string, name: string, document: string): Promise<string> {
    const arn = policyArn({ accountId, path: '/', name })
    const counted = { attachments: 0, boundaries: 0 }
    const facts = { policyId: this.#id('ANPA'), accountId, name, path: '/', description: null, tags: {} }
    const times = { created: 1, updated: 1, defaultVersion: 1 }
    await createPolicy(this.env, { arn, ...facts, ...times, ...counted }, document, { countMax: 10 })
    return arn
  }

  /** `issuer` with its scheme. */
  async provider(accountId: string, issuer: string, clientIds: string[]): Promise<void> {
    const url = issuer.replace(/^\w+:\/\//, '')
    await createOidcProvider(
      this.env,
      {
        accountId,
        arn: oidcProviderArn(accountId, url),
        url,
        created: 1,
        clientIds,
        thumbprints: [],
        tags: {},
      },
      { countMax: 100 },
    )
  }

  /** Calls STS, signed with the credentials; not signed with null. */
  async call(parameters: Record<string, string>, credentials: Credentials | null): Promise<StsAnswer> {
    const body = new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString()
    const headers = {
      host: 'sts.example.com',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    }
    const signed = credentials === null ? headers : await signedHeaders(headers, body, credentials)
    const request = new Request('http://sts.example.com/', { method: 'POST', headers: signed, body })
    return this.send(request)
  }

  async send(request: Request): Promise<StsAnswer> {
    const waitUntil = (work: Promise<unknown>) => void this.#background.push(work)
    return answerOf(await handleQuery(request, { env: this.env, audit: silentAudit, waitUntil, gatherLog: false }))
  }

  async #entity(
    kind: 'user' | 'role',
    { accountId, name, entityId, path }: { accountId: string; name: string; entityId: string; path: string },
    {
      policy,
      role,
      tags = {},
    }: { policy: string | null; role: Parameters<typeof createEntity>[1]['role']; tags?: Record<string, string> },
  ): Promise<void> {
    const arn = entityArn(kind, { accountId, path, name })
    const entity = { entityId, accountId, kind, name, path, arn, created: 1, boundaryArn: null, tags, role }
    await createEntity(this.env, entity, { countMax: 100 })
    if (policy === null) return
    const inline = { name: 'own', document: policy, size: policy.length }
    await putInlinePolicy(this.env, entityId, inline, { sizeMax: 10_000 })
  }

  #id(prefix: string): string {
    this.#ids += 1
    return `${prefix}${String(this.#ids).padStart(16, 'X')}`
  }
}

async function signedHeaders(
  headers: Record<string, string>,
  body: string,
  credentials: Credentials,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'sts', region: 'us-east-1', credentials, sha256: Sha256 })
  const { headers: signed } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: 'sts.example.com',
    path: '/',
    query: {},
    headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    body,
  })
  return signed
}

async function answerOf(response: Response): Promise<StsAnswer> {
  const root = parseXml(await response.text())
  const error = childElement(root, 'Error')
  const result = root.children.find(({ name }) => name.endsWith('Result')) ?? root
  const text = (...path: string[]): string | null => {
    const last = path.at(-1) ?? ''
    let at: XmlElement | null = result
    for (const name of path.slice(0, -1)) at = at === null ? null : childElement(at, name)
    return at === null ? null : childText(at, last)
  }
  return {
    status: response.status,
    error: error === null ? null : { code: childText(error, 'Code') ?? '', message: childText(error, 'Message') ?? '' },
    result,
    text,
    credentials() {
      return {
        accessKeyId: text('Credentials', 'AccessKeyId') ?? '',
        secretAccessKey: text('Credentials', 'SecretAccessKey') ?? '',
        sessionToken: text('Credentials', 'SessionToken') ?? '',
      }
    },
  }
}
