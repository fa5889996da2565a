// Two accounts with buckets whose ACLs count, and what tests of ACLs ask of them.
import { GetBucketAclCommand, GetObjectAclCommand, type Grant } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Account, Endpoint } from './endpoint.ts'
import { codeOf } from './s3-error.ts'
import { uniqueBucketName } from './shared-server.ts'
import { askOf, type Caller } from './unsigned.ts'

export type AccountName = 'owner' | 'other'

interface Known {
  account: Account
  canonicalId: string
}

export class AclWorld {
  readonly ask: ReturnType<typeof askOf>
  readonly #server: Endpoint
  readonly #known: Partial<Record<AccountName, Known>> = {}

  constructor(server: Endpoint) {
    this.#server = server
    this.ask = askOf(server)
  }

  /** Makes both accounts; for beforeAll. */
  async begin(): Promise<void> {
    for (const name of ['owner', 'other'] as const) {
      const account = await this.#server.account(`acl-${name}`)
      this.#known[name] = { account, canonicalId: '' }
      const { Owner } = await account.client.send(new GetBucketAclCommand({ Bucket: await this.newBucket(name) }))
      this.#known[name] = { account, canonicalId: Owner?.ID ?? '' }
    }
  }

  account(name: AccountName): Account {
    return this.#of(name).account
  }

  canonicalId(name: AccountName): string {
    return this.#of(name).canonicalId
  }

  #of(name: AccountName): Known {
    const known = this.#known[name]
    if (known === undefined) throw new Error('The accounts are made first')
    return known
  }

  /** The owner of the buckets, another account, and nobody. */
  callers(): [string, Caller][] {
    return [
      ['owner', this.account('owner')],
      ['other', this.account('other')],
      ['nobody', null],
    ]
  }

  /** A bucket whose objects belong to their writers and whose ACLs count. */
  async newBucket(of: AccountName = 'owner', acl: Record<string, string> = {}): Promise<string> {
    const bucket = uniqueBucketName('acl')
    const headers = { 'x-amz-object-ownership': 'ObjectWriter', ...acl }
    expect(await codeOf(this.ask(this.account(of), 'PUT', `/${bucket}`, { headers }))).toBe('200')
    return bucket
  }

  async put(caller: Caller, path: string, headers: Record<string, string> = {}): Promise<void> {
    expect(await codeOf(this.ask(caller, 'PUT', path, { body: 'content', headers }))).toBe('200')
  }

  async objectGrants(bucket: string, key: string, by: AccountName = 'owner'): Promise<string[]> {
    const { Grants } = await this.account(by).client.send(new GetObjectAclCommand({ Bucket: bucket, Key: key }))
    return this.grantsOf(Grants)
  }

  async bucketGrants(bucket: string): Promise<string[]> {
    const { Grants } = await this.account('owner').client.send(new GetBucketAclCommand({ Bucket: bucket }))
    return this.grantsOf(Grants)
  }

  /** `READ other`, `WRITE AllUsers`, as the document has them. */
  grantsOf(grants: Grant[] | undefined): string[] {
    return (grants ?? []).map(({ Grantee, Permission }) => {
      const who = Grantee?.Type === 'Group' ? Grantee.URI?.split('/').at(-1) : this.#nameOf(Grantee?.ID)
      return `${Permission} ${who}`
    })
  }

  #nameOf(id: string | undefined): string {
    return Object.entries(this.#known).find(([, { canonicalId }]) => canonicalId === id)?.[0] ?? id ?? ''
  }
}
