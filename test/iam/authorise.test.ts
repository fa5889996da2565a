import { describe, expect, it } from 'vitest'
import { authorise, type Principal } from '../../src/iam/authorise.ts'

const permissions = [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }]
const account: Principal = { kind: 'account', accountId: '111111111111' }
const anonymous: Principal = { kind: 'anonymous' }

describe('authorise()', () => {
  const table: [title: string, principal: Principal, owner: string | null, allowed: boolean][] = [
    ['lets an account use its own bucket', account, '111111111111', true],
    ["keeps an account out of another's bucket", account, '222222222222', false],
    ['lets every account use the service', account, null, true],
    ['keeps anonymous requests out of a bucket', anonymous, '111111111111', false],
    ['keeps anonymous requests out of the service', anonymous, null, false],
  ]
  for (const [title, principal, owner, allowed] of table) {
    it(title, () => {
      expect(authorise(principal, permissions, owner === null ? null : { accountId: owner }).allowed).toBe(allowed)
    })
  }
  it('says which action was refused', () => {
    expect(authorise(anonymous, permissions, null)).toEqual({ allowed: false, reason: 'Anonymous: s3:GetObject' })
  })
})
