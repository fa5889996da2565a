import { describe, expect, it, vi } from 'vitest'
import type { AccessKey } from '../../src/auth/identity.ts'
import { openedSessionsMax, packedPolicyBytesMax } from '../../src/limits.ts'
import { accountOfSessionKey, newSessionKeyId } from '../../src/store/session-key-id.ts'
import { openSession, sealSession } from '../../src/store/session-token.ts'
import type { SessionIdentity } from '../../src/store/session-token.ts'
import { keyLookup } from '../../src/store/tables/access-keys.ts'
import { testEnv } from '../admin/admin-client.ts'
import { sqliteD1 } from '../support/sqlite-d1.ts'

const deployment = 'a deployment secret of thirty-two characters'
const issued = 1_700_000_000_000
const expires = issued + 3_600_000

const identity: SessionIdentity = {
  accountId: '111122223333',
  canonicalId: 'c'.repeat(64),
  displayName: 'photos',
  isRoot: false,
  principal: {
    type: 'AssumedRole',
    accountId: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/reader/job-7',
    userId: 'AROAEXAMPLE:job-7',
    roleArn: 'arn:aws:iam::111122223333:role/ci/reader',
    roleId: 'AROAEXAMPLE',
    sessionName: 'job-7',
  },
  session: {
    issued,
    expires,
    policies: ['{"Version":"2012-10-17","Statement":[]}'],
    tags: { team: 'ärzte', __proto__x: '' },
    sourceIdentity: 'alice',
    federatedProvider: 'arn:aws:iam::111122223333:oidc-provider/token.example.com',
    transitiveTagKeys: ['team'],
    webIdentity: { 'token.example.com:sub': ['repo:a/b'] },
  },
}

const open = (accessKeyId: string, token: string, now = issued) => openSession(deployment, { accessKeyId, token }, now)

describe('sealSession()', () => {
  it('makes credentials that stand for the whole identity', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await sealSession(deployment, identity)
    expect(accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/)
    expect(sessionToken).toMatch(/^[\w-]+$/)
    expect(await open(accessKeyId, sessionToken)).toEqual({
      secret: secretAccessKey,
      previousSecret: null,
      disabled: false,
      identity: { kind: 'account', ...identity, accessKeyId },
    })
  })

  it('gives another key, secret and token each time', async () => {
    const [one, two] = [await sealSession(deployment, identity), await sealSession(deployment, identity)]
    expect(one.accessKeyId).not.toBe(two.accessKeyId)
    expect(one.secretAccessKey).not.toBe(two.secretAccessKey)
    expect(one.sessionToken).not.toBe(two.sessionToken)
  })

  it('hides what is in the token, and puts no secret there', async () => {
    const { secretAccessKey, sessionToken } = await sealSession(deployment, identity)
    const bytes = Buffer.from(sessionToken, 'base64url').toString('latin1')
    for (const text of ['photos', 'reader', 'alice', secretAccessKey]) expect(bytes).not.toContain(text)
  })

  it('fits a header line of 8 KB with policies that fill the limit', async () => {
    const random = Buffer.from(crypto.getRandomValues(new Uint8Array(packedPolicyBytesMax))).toString('latin1')
    const { sessionToken } = await sealSession(deployment, {
      ...identity,
      // As much as fits the limit when nothing can be deflated: a byte of the limit carries a byte.
      session: { ...identity.session, policies: [random.slice(0, packedPolicyBytesMax / 2)] },
    })
    expect(`x-amz-security-token: ${sessionToken}`.length).toBeLessThan(8192)
  })
})

describe('openSession()', () => {
  it('refuses a token beside another key, of another deployment, and one that is no token', async () => {
    const [one, two] = [await sealSession(deployment, identity), await sealSession(deployment, identity)]
    expect(await open(one.accessKeyId, two.sessionToken)).toBe('token-invalid')
    expect(await open('AKIAEXAMPLE', one.sessionToken)).toBe('token-invalid')
    const elsewhere = { accessKeyId: one.accessKeyId, token: one.sessionToken }
    expect(await openSession(`${deployment}!`, elsewhere, issued)).toBe('token-invalid')
    for (const token of ['', 'x', 'AQ', 'AQ'.repeat(20), '€', one.sessionToken.slice(0, 38)]) {
      expect(await open(one.accessKeyId, token)).toBe('token-invalid')
    }
  })

  it('refuses a token with any one character changed, remembered or not', async () => {
    const { accessKeyId, sessionToken } = await sealSession(deployment, identity)
    expect(await open(accessKeyId, sessionToken)).toMatchObject({ disabled: false })
    for (let at = 0; at < sessionToken.length; at++) {
      for (const other of ['A', 'B', '_', '=', '']) {
        const changed = sessionToken.slice(0, at) + other + sessionToken.slice(at + 1)
        if (changed !== sessionToken) expect(await open(accessKeyId, changed), `${at} ${other}`).toBe('token-invalid')
      }
    }
    for (const changed of [`${sessionToken}A`, ` ${sessionToken}`, `${sessionToken}\n`, `${sessionToken}==`]) {
      expect(await open(accessKeyId, changed)).toBe('token-invalid')
    }
  })

  it('refuses a token from the moment it expires, remembered or not', async () => {
    const { accessKeyId, sessionToken } = await sealSession(deployment, identity)
    expect(await open(accessKeyId, sessionToken, expires)).toBe('token-expired')
    expect(await open(accessKeyId, sessionToken, expires - 1)).toMatchObject({ disabled: false })
    expect(await open(accessKeyId, sessionToken, expires)).toBe('token-expired')
  })

  it('gives the same object while the token is remembered, and remembers so many', async () => {
    const first = await sealSession(deployment, identity)
    const key = await open(first.accessKeyId, first.sessionToken)
    expect(await open(first.accessKeyId, first.sessionToken)).toBe(key)
    for (let others = 0; others < openedSessionsMax; others++) {
      const { accessKeyId, sessionToken } = await sealSession(deployment, identity)
      await open(accessKeyId, sessionToken)
    }
    const again = await open(first.accessKeyId, first.sessionToken)
    expect(again).toEqual(key)
    expect(again).not.toBe(key)
  })
})

describe('keyLookup() with a session token', () => {
  it('costs no query, cold and warm', async () => {
    const { db, queries } = sqliteD1('control')
    const env = testEnv(db)
    const session = { ...identity.session, issued: Date.now(), expires: Date.now() + 900_000 }
    const made = await sealSession(env.EDGESHARD_SECRET, { ...identity, session })
    const before = queries()
    const found = await keyLookup(env)(made.accessKeyId, made.sessionToken)
    expect(found).toMatchObject({ secret: made.secretAccessKey, identity: { principal: identity.principal, session } })
    await keyLookup(env)(made.accessKeyId, made.sessionToken)
    expect(await keyLookup(env)(made.accessKeyId, `${made.sessionToken}A`)).toBe('token-invalid')
    expect(queries()).toBe(before)
  })

  it('knows no temporary key without its token, and no lasting key with one', async () => {
    const env = testEnv()
    const session = { ...identity.session, issued: Date.now(), expires: Date.now() + 900_000 }
    const made = await sealSession(env.EDGESHARD_SECRET, { ...identity, session })
    expect(await keyLookup(env)(made.accessKeyId, null)).toBeNull()
    expect(await keyLookup(env)(env.ROOT_ACCESS_KEY_ID, made.sessionToken)).toBe('token-invalid')
  })

  it('says that a token has expired by its own clock', async () => {
    const env = testEnv()
    const session = { ...identity.session, issued: Date.now(), expires: Date.now() + 900_000 }
    const made = await sealSession(env.EDGESHARD_SECRET, { ...identity, session })
    vi.useFakeTimers({ toFake: ['Date'], now: session.expires - 1 })
    try {
      const key = (await keyLookup(env)(made.accessKeyId, made.sessionToken)) as AccessKey
      expect(key.secret).toBe(made.secretAccessKey)
      vi.advanceTimersByTime(1)
      expect(await keyLookup(env)(made.accessKeyId, made.sessionToken)).toBe('token-expired')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('accountOfSessionKey()', () => {
  it.each(['000000000000', '111122223333', '999999999999'])('tells that %s is whose a key is', (accountId) => {
    expect(accountOfSessionKey(newSessionKeyId(accountId))).toBe(accountId)
  })

  it.each(['AKIAIOSFODNN7EXAMPLE', 'ASIA', 'ASIA77777777AAAAAAAA', 'ASIAaaaaaaaaAAAAAAAA', 'ASIAAAAAAAAAAAAAAAAA1'])(
    'knows nothing of %s',
    (accessKeyId) => expect(accountOfSessionKey(accessKeyId)).toBeNull(),
  )
})
