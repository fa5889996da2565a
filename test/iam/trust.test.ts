import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/iam/decision.ts'
import { noPolicies } from '../../src/iam/policy.ts'
import { evaluateTrust } from '../../src/iam/trust.ts'
import { contextOf, named } from '../support/policy-fixtures.ts'
import { principalFrom } from '../support/policy-principals.ts'

function ask(Principal: unknown, identity: unknown[]): Decision {
  return evaluateTrust({
    principal: principalFrom('arn:aws:iam::111111111111:user/alice'),
    action: 'sts:AssumeRole',
    roleArn: 'arn:aws:iam::111111111111:role/target',
    roleAccountId: '111111111111',
    context: contextOf({}),
    policies: { ...noPolicies, identity: identity.map((document) => named(document)) },
    trustPolicy: named(
      { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } },
      'trust',
      'trust policy of target',
    ),
  })
}

// The truth tables are in test/vectors/policy/trust-*.json.
describe('evaluateTrust()', () => {
  const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }

  it('is not content with identity policies', () => {
    expect(ask({ AWS: '222222222222' }, [everything])).toMatchObject({ allowed: false, missing: 'resource' })
  })
  it('is content with a trust policy that names the user', () => {
    const matched = { kind: 'resource', policy: 'trust policy of target', sid: null, index: 0 }
    expect(ask({ AWS: 'arn:aws:iam::111111111111:user/alice' }, [])).toMatchObject({ allowed: true, matched })
  })
  it('asks identity policies where the trust policy names the account', () => {
    expect(ask({ AWS: '111111111111' }, [])).toMatchObject({ allowed: false, missing: 'identity' })
    expect(ask({ AWS: '111111111111' }, [everything]).allowed).toBe(true)
    const onlyThat = {
      Statement: { Effect: 'Allow', Action: 'sts:*', Resource: 'arn:aws:iam::111111111111:role/target' },
    }
    expect(ask({ AWS: '111111111111' }, [onlyThat]).allowed).toBe(true)
  })
})
