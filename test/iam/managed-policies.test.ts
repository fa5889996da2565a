import { describe, expect, it } from 'vitest'
import { managedPolicyProblems } from '../../src/iam/compile.ts'
import { evaluate } from '../../src/iam/evaluate.ts'
import { compiledManagedPolicy, managedPolicies, managedPolicy } from '../../src/iam/managed-policies.ts'
import { noPolicies } from '../../src/iam/policy.ts'
import { policyCharacters } from '../../src/iam/policy-size.ts'
import { contextOf } from '../support/policy-fixtures.ts'
import { principalFrom } from '../support/policy-principals.ts'

function may(name: string, action: string, resource: string): boolean {
  return evaluate({
    principal: principalFrom('arn:aws:iam::111111111111:user/u'),
    action,
    resource,
    resourceAccountId: '111111111111',
    context: contextOf({}),
    policies: { ...noPolicies, identity: [compiledManagedPolicy(`arn:aws:iam::aws:policy/${name}`)!] },
    resourcePolicy: null,
    acl: null,
  }).allowed
}

describe('managed policies', () => {
  for (const { name, arn, policyId, versionId, created, updated, document } of managedPolicies) {
    it(`${name} is one`, () => {
      expect(arn).toBe(`arn:aws:iam::aws:policy/${name}`)
      expect(policyId).toMatch(/^ANPA[A-Z0-9]{17}$/)
      expect(versionId).toMatch(/^v\d$/)
      expect([created, updated].map((date) => new Date(date).toISOString().replace('.000', ''))).toEqual([
        created,
        updated,
      ])
      expect(created <= updated).toBe(true)
      expect(policyCharacters(document)).toBeLessThanOrEqual(6144)
      const compiled = compiledManagedPolicy(arn)
      expect(compiled).toMatchObject({ name: arn })
      expect(managedPolicyProblems(compiled!.policy)).toEqual([])
      expect(compiledManagedPolicy(arn)).toBe(compiled)
      expect(managedPolicy(arn)?.name).toBe(name)
    })
  }

  it('have names and ids of their own, in order', () => {
    const names = managedPolicies.map(({ name }) => name)
    expect(names).toEqual([
      'AdministratorAccess',
      'AmazonS3FullAccess',
      'AmazonS3ReadOnlyAccess',
      'IAMFullAccess',
      'IAMReadOnlyAccess',
      'consoleAdmin',
      'diagnostics',
      'readonly',
      'readwrite',
      'writeonly',
    ])
    expect(new Set(managedPolicies.map(({ policyId }) => policyId)).size).toBe(names.length)
  })

  it('are null for other names', () => {
    expect(managedPolicy('arn:aws:iam::aws:policy/None')).toBeNull()
    expect(compiledManagedPolicy('readonly')).toBeNull()
    expect(compiledManagedPolicy('__proto__')).toBeNull()
  })

  const object = 'arn:aws:s3:::b/k'
  const rows: [name: string, action: string, resource: string, allowed: boolean][] = [
    ['readonly', 's3:GetObject', object, true],
    ['readonly', 's3:GetBucketLocation', 'arn:aws:s3:::b', true],
    ['readonly', 's3:ListBucket', 'arn:aws:s3:::b', false],
    ['readonly', 's3:PutObject', object, false],
    ['writeonly', 's3:PutObject', object, true],
    ['writeonly', 's3:GetObject', object, false],
    ['readwrite', 's3:DeleteBucket', 'arn:aws:s3:::b', true],
    ['readwrite', 's3:ListAllMyBuckets', '*', true],
    ['readwrite', 'iam:CreateUser', '*', false],
    ['readwrite', 'edgeshard:CreateAccount', '*', false],
    ['diagnostics', 'edgeshard:Explain', '*', true],
    ['diagnostics', 's3:GetObject', object, false],
    ['consoleAdmin', 'edgeshard:CreateAccount', '*', true],
    ['consoleAdmin', 'iam:CreateUser', 'arn:aws:iam::111111111111:user/x', true],
    ['AmazonS3ReadOnlyAccess', 's3:ListBucket', 'arn:aws:s3:::b', true],
    ['AmazonS3ReadOnlyAccess', 's3:PutObject', object, false],
    ['AmazonS3FullAccess', 's3:PutObject', object, true],
    ['AmazonS3FullAccess', 'iam:ListUsers', '*', false],
    ['IAMFullAccess', 'iam:CreateUser', 'arn:aws:iam::111111111111:user/x', true],
    ['IAMFullAccess', 's3:GetObject', object, false],
    ['IAMReadOnlyAccess', 'iam:SimulatePrincipalPolicy', '*', true],
    ['IAMReadOnlyAccess', 'iam:DeleteUser', 'arn:aws:iam::111111111111:user/x', false],
    ['AdministratorAccess', 'edgeshard:DeleteAccount', '*', true],
  ]
  for (const [name, action, resource, allowed] of rows) {
    it(`${name} ${allowed ? 'allows' : 'does not allow'} ${action}`, () =>
      expect(may(name, action, resource)).toBe(allowed))
  }
})

describe('policyCharacters()', () => {
  it('counts no white space', () => {
    expect(policyCharacters('')).toBe(0)
    expect(policyCharacters(' {\n\t"a": "b c" }\r\n')).toBe('{"a":"bc"}'.length)
  })
})
