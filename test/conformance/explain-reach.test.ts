// Who can reach a bucket of a running server, by the stored policies.
import { beforeAll, describe, expect, it } from 'vitest'
import { answerProblems } from '../support/admin-document.ts'
import { ExplainedBucket } from '../support/explained-bucket.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import type { NamedReach } from '../../src/explain/named-principals.ts'
import type { PrincipalReach } from '../../src/explain/reach-page.ts'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'
import type { TestUser } from '../support/iam-client.ts'

const server = sharedServer()
let world: ExplainedBucket
let owner: Account
let other: Account
let alice: TestUser
let auditor: TestUser
let stranger: TestUser

beforeAll(async () => {
  world = await ExplainedBucket.make(server)
  ;({ owner, other, alice, auditor, stranger } = world)
})

interface ReachPage {
  principals: PrincipalReach[]
  named: NamedReach[]
  notes: string[]
  next: string | null
}

async function reach(query: Record<string, string> = {}, credentials?: Credentials): Promise<ReachPage> {
  const all: ReachPage = { principals: [], named: [], notes: [], next: null }
  for (let after = ''; ;) {
    const { status, body } = await world.ask(
      '/-/admin/explain/reach',
      { bucket: world.name, ...query, ...(after === '' ? {} : { after }) },
      credentials,
    )
    expect(status, JSON.stringify(body)).toBe(200)
    expect(answerProblems('explainReach', 200, body)).toEqual([])
    const page = body as ReachPage
    all.principals.push(...page.principals)
    all.named.push(...page.named)
    all.notes = page.notes
    if (page.next === null) return all
    after = page.next
  }
}

const who = ({ principals }: ReachPage, name: string) =>
  principals.find(({ arn: one, type }) => one?.endsWith(name) ?? type === name)

describe('GET /-/admin/explain/reach', () => {
  it('lists who can do what through which statement, and under which conditions', async () => {
    const page = await reach()
    expect(who(page, `${owner.accountId}:root`)?.access).toMatchObject({
      read: { access: 'conditional', through: [], unless: [{ sid: 'OnlyTls' }] },
      list: { access: 'conditional', unless: [{ sid: 'OnlyTls', conditions: [{ key: 'aws:securetransport' }] }] },
      administer: { access: 'always' },
    })
    const ofAlice = who(page, 'user/alice')?.access
    expect(ofAlice).toMatchObject({
      read: {
        access: 'conditional',
        through: [{ sid: 'Own', resources: [expect.stringContaining('${aws:username}')] }],
      },
      delete: {
        access: 'conditional',
        through: [{ sid: 'Office', conditions: [{ operator: 'IpAddress', key: 'aws:sourceip' }] }],
      },
    })
    expect(Object.keys(ofAlice ?? {})).toEqual(['read', 'write', 'delete'])
    expect(who(page, 'user/auditor')).toBeUndefined()
    expect(who(page, 'Everyone')).toBeUndefined()
    expect(who(page, `${other.accountId}:root`)?.access).toMatchObject({
      read: { through: [{ kind: 'resource', sid: 'Partner' }] },
    })
    // Its account has what the bucket gives, and has given nothing to the user.
    expect(who(page, 'user/stranger')).toBeUndefined()
    expect(page.named).toMatchObject([
      { type: 'AWS', value: `arn:aws:iam::${other.accountId}:root`, access: { read: {} } },
    ])
  })

  it('looks below a prefix', async () => {
    const mine = await reach({ prefix: 'home/alice/' })
    expect(who(mine, 'user/alice')?.access.read).toMatchObject({ access: 'always', actions: ['s3:GetObject'] })
    const shared = await reach({ prefix: 'shared/2026/' })
    expect(Object.keys(who(shared, 'user/alice')?.access ?? {})).toEqual(['delete'])
    expect(who(shared, `${other.accountId}:root`)?.access.read?.access).toBe('always')
    const elsewhere = await reach({ prefix: 'home/alicia/' })
    expect(who(elsewhere, `${other.accountId}:root`)).toBeUndefined()
  })

  it('comes page by page, nobody twice and nobody left out', async () => {
    const whole = await reach({ limit: '200' })
    const pieces = await reach({ limit: '1' })
    expect(pieces.principals).toEqual(whole.principals)
    expect(pieces.named).toEqual(whole.named)
  })

  it('tells an account of its own principals, and of others by what it names', async () => {
    const page = await reach({}, owner)
    const accounts = new Set(page.principals.map(({ accountId }) => accountId))
    expect([...accounts]).toEqual([owner.accountId])
    expect(page.named).toMatchObject([{ value: `arn:aws:iam::${other.accountId}:root` }])
    expect(page.notes).toHaveLength(1)
    expect((await reach({}, auditor)).principals).toEqual(page.principals)
    for (const credentials of [alice, other, stranger]) {
      expect((await world.ask('/-/admin/explain/reach', { bucket: world.name }, credentials)).status).toBe(403)
    }
  })

  it('counts lists where they are in use, and says that those of objects are not looked at', async () => {
    const headers = { 'x-amz-object-ownership': 'ObjectWriter', 'x-amz-acl': 'public-read' }
    const listed = uniqueBucketName('listed')
    await server.fetchSigned('PUT', `/${listed}`, { headers, credentials: owner })
    const page = await reach({ bucket: listed })
    expect(who(page, 'Everyone')?.access).toMatchObject({
      list: { access: 'always', through: [{ kind: 'acl', policy: 'READ to AllUsers' }] },
    })
    // What the list gives the owner's own account is nothing to tell.
    expect(who(page, `${owner.accountId}:root`)?.access.write).toMatchObject({ access: 'always', through: [] })
    expect(page.notes).toMatchObject([expect.stringContaining('Access control lists are in use')])
  })

  it('finds what is open to everybody, unless that is blocked', async () => {
    const open = {
      Sid: 'Open',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: world.arn('public/*'),
    }
    await world.putPolicy(open)
    const page = await reach({ prefix: 'public/' })
    for (const type of ['Everyone', 'AnyAccount']) {
      expect(who(page, type)?.access).toMatchObject({ read: { access: 'always', through: [{ sid: 'Open' }] } })
    }
    const body =
      '<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>'
    await server.fetchSigned('PUT', `/${world.name}`, { query: { publicAccessBlock: '' }, body, credentials: owner })
    const blocked = await reach({ prefix: 'public/' })
    expect([who(blocked, 'Everyone'), who(blocked, 'AnyAccount')]).toEqual([undefined, undefined])
    const asked = { principal: 'anonymous', action: 's3:GetObject', resource: world.arn('public/k') }
    const { body: why } = await world.ask('/-/admin/explain', asked, owner)
    expect(why).toMatchObject({ decision: 'denied', notes: [expect.stringContaining('RestrictPublicBuckets')] })
  })
})
