// What a decision says beside yes and no, and requests that try to confuse. The truth tables are in vectors.test.ts.
import { describe, expect, it } from 'vitest'
import { evaluate, type Question } from '../../src/iam/evaluate.ts'
import { noPolicies, statementsAbout } from '../../src/iam/policy.ts'
import { compiled, contextOf, named } from '../support/policy-fixtures.ts'
import { principalFrom } from '../support/policy-principals.ts'

const accountId = '111111111111'
const alice = principalFrom(`arn:aws:iam::${accountId}:user/alice`)

function ask(document: unknown, more: Partial<Question> = {}): ReturnType<typeof evaluate> {
  return evaluate({
    principal: alice,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccountId: accountId,
    context: contextOf({}),
    policies: more.policies ?? { ...noPolicies, identity: [named(document, 'identity', 'policy p of user alice')] },
    resourcePolicy: null,
    acl: null,
    ...more,
  })
}

function statement(elements: Record<string, unknown>): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
      { Sid: 'S1', Effect: 'Allow', Action: '*', Resource: '*', ...elements },
    ],
  }
}

describe('evaluate()', () => {
  it('names the statement that allowed', () => {
    expect(ask(statement({}))).toEqual({
      allowed: true,
      matched: { kind: 'identity', policy: 'policy p of user alice', sid: 'S1', index: 1 },
      reason: 'Allowed by statement 1 (S1) of policy p of user alice',
    })
  })

  it('names the statement that denied', () => {
    expect(ask(statement({ Effect: 'Deny', Sid: undefined }))).toEqual({
      allowed: false,
      denial: 'explicit',
      matched: { kind: 'identity', policy: 'policy p of user alice', sid: null, index: 1 },
      missing: null,
      reason: 'Explicit deny of s3:GetObject in statement 1 of policy p of user alice (identity-based policy)',
    })
  })

  it('says what was missing', () => {
    expect(ask(statement({ Action: 's3:PutObject' }))).toEqual({
      allowed: false,
      denial: 'implicit',
      matched: null,
      missing: 'identity',
      reason: 'No identity-based policy allows s3:GetObject',
    })
  })

  it('needs no statement for the root identity', () => {
    const root = principalFrom(`arn:aws:iam::${accountId}:root`)
    expect(ask(statement({ Action: 's3:PutObject' }), { principal: root })).toMatchObject({
      allowed: true,
      matched: null,
    })
  })

  it('names the grant of the resource where both sides are needed', () => {
    const Principal = { AWS: accountId }
    const bucketPolicy = named(
      { Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }] },
      'resource',
      'bucket policy of b',
    )
    expect(ask(statement({}), { resourceAccountId: '222222222222', resourcePolicy: bucketPolicy })).toMatchObject({
      allowed: true,
      matched: { kind: 'resource', policy: 'bucket policy of b', index: 0 },
    })
  })

  it('lets nobody in by a policy that names no principals', () => {
    const resourcePolicy = named({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } })
    const more = { policies: noPolicies, resourcePolicy }
    expect(ask({}, more)).toMatchObject({ allowed: false, missing: 'identity' })
    expect(ask({}, { ...more, principal: { type: 'Anonymous' } })).toMatchObject({
      allowed: false,
      missing: 'resource',
    })
  })

  it('takes actions in any case of ASCII, and in nothing like it', () => {
    expect(ask(statement({ Action: 'S3:GETOBJECT' }), { action: 's3:getOBJECT' }).allowed).toBe(true)
    // The Kelvin sign's lower case is k, the long s's upper case is S.
    expect(ask(statement({ Action: 's3:ListBucket' }), { action: 's3:ListBuc\u212aet' }).allowed).toBe(false)
    expect(ask(statement({ Action: 's3:ListBucket' }), { action: '\u017f3:ListBucket' }).allowed).toBe(false)
    expect(ask(statement({ Action: 's3:Get*' }), { action: 's3:GetObject\0' }).allowed).toBe(true)
    expect(ask(statement({ Action: 's3:GetObject' }), { action: 's3:GetObject\0' }).allowed).toBe(false)
  })

  it('is not cut short by NUL, nor led astray by line breaks', () => {
    const document = statement({ Resource: 'arn:aws:s3:::b/public/*' })
    for (const key of ['secret\0public/x', 'secret\npublic/x', 'public\0/x', 'public']) {
      expect(ask(document, { resource: `arn:aws:s3:::b/${key}` }).allowed, JSON.stringify(key)).toBe(false)
    }
    expect(ask(document, { resource: 'arn:aws:s3:::b/public/\0\n' }).allowed).toBe(true)
    expect(ask(statement({ Resource: 'arn:aws:s3:::b/a\0b' }), { resource: 'arn:aws:s3:::b/a' }).allowed).toBe(false)
  })

  it('finds nothing in the prototypes of objects', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const Condition = `{"Null":{"${key}":"false"}}`
      const document = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":${Condition}}}`
      expect(ask(document).allowed, key).toBe(false)
      const variable = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/\${${key}}*"}}`
      expect(ask(variable).allowed, key).toBe(false)
    }
    expect(({} as Record<string, unknown>)['Statement']).toBeUndefined()
  })

  it('takes each action for itself after having met another', () => {
    const document = statement({ Action: 's3:Get*' })
    const policies = { ...noPolicies, identity: [named(document)] }
    const answers = ['s3:GetObject', 's3:PutObject', 's3:GetObject', 's3:getobject', 's3:PutObject'].map(
      (action) => ask(document, { action, policies }).allowed,
    )
    expect(answers).toEqual([true, false, true, true, false])
  })

  it('asks the context for nothing that does not matter', () => {
    const asked: string[] = []
    const context = { get: (key: string) => (asked.push(key), null) }
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Action: 's3:PutObject', Resource: '*', Condition: { Null: { 'aws:a': 'true' } } },
        {
          Effect: 'Deny',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::other/*',
          Condition: { Null: { 'aws:b': 'true' } },
        },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: { Null: { 'aws:c': 'true' } } },
      ],
    }
    expect(ask(document, { context }).allowed).toBe(true)
    expect(asked).toEqual(['aws:c'])
  })
})

describe('statementsAbout()', () => {
  it('remembers a bounded number of actions', () => {
    const policy = compiled(statement({}))
    for (let i = 0; i < 2000; i++) expect(statementsAbout(policy, `s3:Action${i}`).allows).toHaveLength(1)
    expect(policy.byAction.size).toBeLessThanOrEqual(256)
  })
})
