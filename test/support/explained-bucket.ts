// A bucket that explanations are about: its owner with a user who may some things and one who may ask why, another account
// that the bucket's policy names, and what policies say of each.
import { expect } from 'vitest'
import { iamClient, type TestUser } from './iam-client.ts'
import { uniqueBucketName } from './shared-server.ts'
import type { Credentials } from './address.ts'
import type { Account, Endpoint } from './endpoint.ts'

export class ExplainedBucket {
  readonly server: Endpoint
  readonly name = uniqueBucketName('explained')
  readonly owner: Account
  readonly other: Account
  /** Of the owner: may use its home, and delete from an office. */
  readonly alice: TestUser
  /** Of the owner: may ask why. */
  readonly auditor: TestUser
  /** Of the other account, and may nothing. */
  readonly stranger: TestUser

  private constructor(server: Endpoint, accounts: [Account, Account], users: [TestUser, TestUser, TestUser]) {
    this.server = server
    this.owner = accounts[0]
    this.other = accounts[1]
    this.alice = users[0]
    this.auditor = users[1]
    this.stranger = users[2]
  }

  static async make(server: Endpoint): Promise<ExplainedBucket> {
    const owner = await server.account('explain-owner')
    const other = await server.account('explain-other')
    const iam = iamClient(server, owner)
    const stranger = await iamClient(server, other).user('stranger')
    const made = new ExplainedBucket(
      server,
      [owner, other],
      [await iam.user('alice'), await iam.user('auditor'), stranger],
    )
    await made.#fill()
    return made
  }

  arn(key = ''): string {
    return `arn:aws:s3:::${this.name}${key === '' ? '' : `/${key}`}`
  }

  /** Alice's policy, and more. */
  async allowAlice(...more: object[]): Promise<void> {
    await this.alice.allow([
      {
        Sid: 'Own',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: `${this.arn('home/')}\${aws:username}/*`,
      },
      {
        Sid: 'Office',
        Effect: 'Allow',
        Action: 's3:DeleteObject',
        Resource: this.arn('*'),
        Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      },
      ...more,
    ])
  }

  async putPolicy(...statements: object[]): Promise<void> {
    const body = JSON.stringify({ Version: '2012-10-17', Statement: statements })
    const request = { query: { policy: '' }, body, credentials: this.owner }
    const response = await this.server.fetchSigned('PUT', `/${this.name}`, request)
    expect(response.status, await response.text()).toBe(204)
  }

  /** A GET of the admin API; by the root account without `credentials`. */
  async ask(
    target: string,
    query: Record<string, string>,
    credentials?: Credentials,
  ): Promise<{ status: number; body: unknown }> {
    const signer = credentials === undefined ? {} : { credentials }
    const response = await this.server.fetchSigned('GET', target, { query, ...signer })
    return { status: response.status, body: await response.json() }
  }

  async #fill(): Promise<void> {
    const { server, owner, other } = this
    await this.allowAlice()
    const explaining = ['edgeshard:Explain', 'edgeshard:ExplainRequest']
    await this.auditor.allow([{ Effect: 'Allow', Action: explaining, Resource: [this.arn(), this.arn('*'), '*'] }])
    const headers = { 'x-amz-object-ownership': 'BucketOwnerEnforced' }
    await server.fetchSigned('PUT', `/${this.name}`, { headers, credentials: owner })
    for (const key of ['home/alice/k', 'secret/k']) {
      await server.fetchSigned('PUT', `/${this.name}/${key}`, { credentials: owner, body: 'x' })
    }
    await this.putPolicy(
      {
        Sid: 'Partner',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${other.accountId}:root` },
        Action: 's3:GetObject',
        Resource: this.arn('shared/*'),
      },
      {
        Sid: 'OnlyTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [this.arn(), this.arn('secret/*')],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    )
  }
}
