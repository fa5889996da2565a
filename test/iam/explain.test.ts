import { describe, expect, it } from 'vitest'
import { explain } from '../../src/iam/explain.ts'
import { noPolicies } from '../../src/iam/policy.ts'
import { contextOf, named } from '../support/policy-fixtures.ts'
import { principalFrom } from '../support/policy-principals.ts'

const question = {
  principal: principalFrom('arn:aws:iam::111111111111:user/alice'),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  resourceAccountId: '111111111111',
  context: contextOf({ 'aws:sourceip': ['203.0.113.1'] }),
  policies: noPolicies,
  resourcePolicy: null,
  acl: null,
}

const document = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' },
    { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::b/${aws:username}/*' },
    {
      Sid: 'Net',
      Effect: 'Allow',
      Action: 's3:Get*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'true' }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    },
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    },
    { Sid: 'Yes', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  ],
}

describe('explain()', () => {
  const policies = {
    ...noPolicies,
    identity: [named(document, 'identity', 'p')],
    boundary: named(
      { Statement: { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::other' } },
      'identity',
      'boundary',
    ),
  }
  const Principal = { AWS: 'arn:aws:iam::111111111111:user/bob' }
  const resourcePolicy = named(
    { Statement: { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' } },
    'resource',
    'bucket policy',
  )
  const { decision, considered, matched, missingContextKeys } = explain({ ...question, policies, resourcePolicy })

  it('decides as evaluate() does', () => {
    expect(decision).toMatchObject({ allowed: false, denial: 'implicit', missing: 'boundary' })
  })

  it('says of every statement what of it did not fit', () => {
    expect(considered.map(({ kind, index, misfit }) => [kind, index, misfit])).toEqual([
      ['resource', 0, { element: 'principal' }],
      ['identity', 0, { element: 'action' }],
      ['identity', 1, { element: 'resource' }],
      ['identity', 2, { element: 'condition', operator: 'Bool', key: 'aws:securetransport', found: null }],
      ['identity', 3, { element: 'condition', operator: 'IpAddress', key: 'aws:sourceip', found: ['203.0.113.1'] }],
      ['identity', 4, null],
      ['boundary', 0, { element: 'resource' }],
    ])
  })

  it('lists the statements that apply, with their places', () => {
    const text = JSON.stringify(document)
    const column = text.indexOf('{"Sid":"Yes"') + 1
    expect(matched).toEqual([
      {
        kind: 'identity',
        policy: 'p',
        sid: 'Yes',
        index: 4,
        effect: 'Allow',
        start: { line: 1, column },
        end: { line: 1, column: text.length - 1 },
        misfit: null,
      },
    ])
  })

  it('lists the keys that were asked for and are not in the request', () => {
    expect(missingContextKeys).toEqual(['aws:securetransport', 'aws:username'])
  })

  it('lists Deny and Allow alike', () => {
    const both = named({
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: '*' },
      ],
    })
    const found = explain({ ...question, policies: { ...noPolicies, identity: [both] } })
    expect(found.decision).toMatchObject({ denial: 'explicit' })
    expect(found.matched.map(({ effect }) => effect)).toEqual(['Allow', 'Deny'])
  })
})
