import { describe, expect, it } from 'vitest'
import { isPublic, publicStatements } from '../../src/iam/public-policy.ts'
import { compiled } from '../support/policy-fixtures.ts'

const statement = { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' }

function isPublicWith(elements: Record<string, unknown>): boolean {
  return isPublic(compiled({ Version: '2012-10-17', Statement: [{ ...statement, ...elements }] }, 'resource'))
}

describe('isPublic()', () => {
  const principals: [element: unknown, answer: boolean][] = [
    ['*', true],
    [{ AWS: '*' }, true],
    [{ AWS: ['111122223333', '*'] }, true],
    [{ Federated: 'graph.facebook.com' }, true],
    [{ AWS: '111122223333' }, false],
    [{ AWS: 'arn:aws:iam::111122223333:user/alice' }, false],
    [{ CanonicalUser: 'ab'.repeat(32) }, false],
    [{ Service: 'cloudtrail.amazonaws.com' }, false],
  ]
  for (const [element, answer] of principals) {
    it(`${JSON.stringify(element)} is ${answer ? '' : 'not '}public`, () =>
      expect(isPublicWith({ Principal: element })).toBe(answer))
  }

  const conditions: [condition: Record<string, unknown>, answer: boolean][] = [
    [{ StringLike: { 'aws:SourceVpc': 'vpc-*' } }, true],
    [{ StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } }, false],
    [{ StringLike: { 'aws:SourceVpc': 'vpc-91237329' } }, false],
    [{ StringEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] } }, false],
    [{ StringEquals: { 'aws:SourceVpce': [] } }, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, false],
    [{ StringEquals: { 'AWS:PrincipalAccount': '111122223333' } }, false],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' } }, false],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }, true],
    [{ ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::source' } }, false],
    [{ StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }, true],
    [{ StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:SourceVpc': 'vpc-1' } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/r-1/' } }, false],
    [{ StringEquals: { 'aws:SourceVpc': '${aws:PrincipalTag/vpc}' } }, true],
    [{ StringEquals: { 'aws:userid': 'AIDAEXAMPLE' } }, false],
    [{ StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } }, true],
    [{ StringEquals: { 'aws:username': 'alice' } }, true],
    [{ StringEquals: { 'aws:Referer': 'https://example.com/' } }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ Null: { 'aws:SourceVpc': 'false' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/32' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '52.0.0.0/7' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }, true],
    [{ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0'] } }, true],
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '2000::/31' } }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, true],
    [{ ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-west-2:123456789012:accesspoint/*' } }, false],
    [{ StringLike: { 's3:DataAccessPointArn': 'arn:aws:s3:*:*:accesspoint/*' } }, true],
    [{ StringEquals: { 's3:DataAccessPointAccount': '123456789012' } }, false],
    [{ Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceAccount': '1' } }, false],
  ]
  for (const [Condition, answer] of conditions) {
    it(`everybody with ${JSON.stringify(Condition)} is ${answer ? '' : 'not '}public`, () => {
      expect(isPublicWith({ Condition })).toBe(answer)
    })
  }

  it('takes one public statement for the whole policy', () => {
    const named = { ...statement, Principal: { AWS: '111122223333' } }
    const policy = compiled({ Statement: [named, statement] }, 'resource')
    expect(isPublic(policy)).toBe(true)
    expect(publicStatements(policy).map(({ index }) => index)).toEqual([1])
  })

  it('grants nothing by Deny', () => {
    expect(isPublicWith({ Effect: 'Deny' })).toBe(false)
    expect(isPublicWith({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } })).toBe(false)
  })
})
