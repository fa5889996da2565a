import { describe, expect, it } from 'vitest'
import { namedPrincipals } from '../../src/iam/named-principals.ts'
import { compiled } from '../support/policy-fixtures.ts'

describe('namedPrincipals()', () => {
  it('names each once', () => {
    const statement = { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::b' }
    const alice = 'arn:aws:iam::111122223333:user/alice'
    const policy = compiled(
      {
        Statement: [
          { ...statement, Principal: '*' },
          { ...statement, Principal: { AWS: ['*', alice, '111122223333'], Service: 's3.amazonaws.com' } },
          { ...statement, NotPrincipal: { AWS: alice, CanonicalUser: 'ab'.repeat(32) } },
        ],
      },
      'resource',
    )
    expect(namedPrincipals(policy)).toEqual([
      { type: 'AWS', value: alice },
      { type: 'AWS', value: '111122223333' },
      { type: 'Service', value: 's3.amazonaws.com' },
      { type: 'CanonicalUser', value: 'ab'.repeat(32) },
    ])
  })
})
