import { describe, expect, it } from 'vitest'
import { auditRecords, type AuditFacts } from '../../src/audit/audit-record.ts'
import { denialOf } from '../../src/audit/denial.ts'
import { auditedTextCharsMax } from '../../src/limits.ts'
import type { Verdict } from '../../src/access/access.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { SignedPrincipal } from '../../src/iam/principal.ts'

const accountId = '111122223333'

function signed(principal: SignedPrincipal, sourceIdentity: string | null = null): Identity {
  const session = {
    issued: 0,
    expires: 1,
    policies: [],
    tags: {},
    sourceIdentity,
    federatedProvider: null,
  }
  return {
    kind: 'account',
    accountId,
    canonicalId: 'c',
    displayName: 'd',
    accessKeyId: 'AKIA',
    isRoot: false,
    principal,
    session: sourceIdentity === null ? null : session,
  }
}

const user = {
  type: 'User',
  accountId,
  arn: `arn:aws:iam::${accountId}:user/u`,
  userId: 'AIDA',
  username: 'u',
} as const
const role = {
  type: 'AssumedRole',
  accountId,
  arn: `arn:aws:sts::${accountId}:assumed-role/r/s`,
  userId: 'AROA:s',
  roleArn: `arn:aws:iam::${accountId}:role/r`,
  roleId: 'AROA',
  sessionName: 's',
} as const

const about = {
  identity: signed(user),
  permission: { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
  ownerAccountId: null,
  bucket: null,
}
const statement = { kind: 'identity', policy: 'p', sid: 'S', index: 1 } as const
const allowed: Verdict = { ...about, allowed: true, matched: statement, reason: 'Allowed by p' }
const forbidden: Verdict = {
  ...about,
  allowed: false,
  denial: 'explicit',
  matched: statement,
  missing: null,
  reason: 'No',
}
const lacking: Verdict = { ...forbidden, denial: 'implicit', matched: null, missing: 'boundary' }

function facts(more: Partial<AuditFacts> = {}): AuditFacts {
  return {
    service: 's3',
    request: new Request('http://127.0.0.1/b/k', { method: 'DELETE' }),
    requestId: 'ID',
    now: 0,
    clientIpHeader: null,
    identity: signed(user),
    isUnverified: false,
    operation: 'DeleteObject',
    verdicts: [],
    bucket: 'b',
    key: 'k',
    versionId: null,
    parameters: {},
    status: 204,
    error: null,
    ...more,
  }
}

function record(more: Partial<AuditFacts> = {}) {
  const [first] = auditRecords(facts(more))
  if (first === undefined) throw new Error('There is always one')
  return first
}

describe('auditRecords()', () => {
  it.each<[string, Identity | null, object]>([
    ['nobody', { kind: 'anonymous' }, { type: 'Anonymous' }],
    ['somebody who is not known', null, { type: 'Unverified' }],
    ['a user', signed(user), { type: 'User', arn: user.arn, accountId, accessKeyId: 'AKIA' }],
    [
      'a session with a source identity',
      signed(role, 'alice'),
      { type: 'AssumedRole', arn: role.arn, accountId, accessKeyId: 'AKIA', sessionName: 's', sourceIdentity: 'alice' },
    ],
  ])('say who it was: %s', (_, identity, who) => {
    expect(record({ identity }).who).toEqual(who)
  })

  it('say what was decided and by which statement', () => {
    expect(record({ verdicts: [allowed] }).decision).toEqual({
      outcome: 'allowed',
      permissions: [
        {
          action: 's3:GetObject',
          resource: 'arn:aws:s3:::b/k',
          decision: 'allowed',
          statement,
          reason: 'Allowed by p',
        },
      ],
    })
    const error = { code: 'AccessDenied', reason: 'why' }
    expect(record({ verdicts: [allowed, lacking], error }).decision).toMatchObject({
      outcome: 'denied',
      denial: 'no-boundary-policy',
      reason: 'why',
      permissions: [{ decision: 'allowed' }, { decision: 'denied', missing: 'boundary' }],
    })
  })

  it('say that some of the keys were denied', () => {
    expect(record({ verdicts: [allowed, forbidden, allowed] }).decision.outcome).toBe('partly-denied')
  })

  it('are bounded in what a client can make long', () => {
    const long = 'x'.repeat(10_000)
    const request = new Request('http://127.0.0.1/', { headers: { 'user-agent': long } })
    const { from, what } = record({ request, parameters: { 'x-amz-copy-source': long } })
    expect(from.userAgent).toHaveLength(auditedTextCharsMax + 1)
    expect(what.parameters?.['x-amz-copy-source']).toHaveLength(auditedTextCharsMax + 1)
  })

  it('take the client from the proxy that is trusted', () => {
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9', 'x-forwarded-proto': 'https' }
    const request = new Request('http://127.0.0.1/', { headers })
    expect(record({ request, clientIpHeader: 'x-forwarded-for' }).from).toMatchObject({
      address: '203.0.113.9',
      tls: true,
    })
    expect(record({ request }).from).toMatchObject({ address: null, tls: false })
  })
})

describe('denialOf()', () => {
  it.each<[string, { verdicts: Verdict[]; isUnverified?: true; code?: string }, string | null]>([
    ['nothing wrong', { verdicts: [allowed] }, null],
    ['an error that denies nothing', { verdicts: [allowed], code: 'NoSuchKey' }, null],
    ['a verdict that was for one key of many', { verdicts: [forbidden] }, null],
    ['a verdict for one key, and then another error', { verdicts: [forbidden], code: 'NoSuchBucket' }, null],
    ['an explicit deny', { verdicts: [allowed, forbidden], code: 'AccessDenied' }, 'explicit-deny'],
    ['a boundary', { verdicts: [lacking], code: 'AccessDenied' }, 'no-boundary-policy'],
    ['no verdict at all', { verdicts: [], code: 'AccessDenied' }, 'AccessDenied'],
    [
      'a body that is not what was signed',
      { verdicts: [allowed], code: 'SignatureDoesNotMatch' },
      'SignatureDoesNotMatch',
    ],
    [
      'a signature that cannot be read',
      { verdicts: [], isUnverified: true, code: 'InvalidArgument' },
      'InvalidArgument',
    ],
    ['the same code of something else', { verdicts: [], code: 'InvalidArgument' }, null],
    ['an expired token of STS', { verdicts: [], code: 'ExpiredTokenException' }, 'ExpiredTokenException'],
  ])('%s', (_, { verdicts, isUnverified = false, code }, expected) => {
    expect(denialOf({ verdicts, isUnverified, error: code === undefined ? null : { code } })).toBe(expected)
  })
})
