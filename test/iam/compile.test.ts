// Documents that may not be stored, and what IAM and S3 answer. Sentences as the services word them.
import { describe, expect, it } from 'vitest'
import { compilePolicy, managedPolicyProblems } from '../../src/iam/compile.ts'
import { compiled, refusal } from '../support/policy-fixtures.ts'

const version = '2012-10-17'
type Elements = Record<string, unknown>

const forIdentity: Elements = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::example_bucket' }

/** A document with one statement: the valid one with these elements instead; undefined takes one out. */
function identity(elements: Elements, more: Elements = {}): unknown {
  return { Version: version, Statement: { ...forIdentity, ...elements }, ...more }
}

const syntax = 'Syntax errors in policy.'
const legacy = 'The policy failed legacy parsing'
const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
const noResources = 'Policy statement must contain resources.'
const noActions = 'Policy statement must contain actions.'
const sidTwice = 'Statement IDs (SID) in a single policy must be unique.'
const noVendor = 'Resource vendor must be fully qualified and cannot contain regexes.'
const iamPath =
  'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.'

describe('compilePolicy() for identities', () => {
  const table: [title: string, document: unknown, message: string | null][] = [
    ['a policy', identity({}), null],
    ['one without Version', { Statement: [forIdentity] }, null],
    ['one of 2008', { Version: '2008-10-17', Statement: [forIdentity] }, null],
    ['an Id', identity({}, { Id: 'x' }), null],
    ['no JSON', 'This is not a json document', syntax],
    ['an empty text', '', syntax],
    ['space before it', ` ${JSON.stringify(identity({}))}`, 'JSON strings must not have leading spaces'],
    ['space after it', `${JSON.stringify(identity({}))}\n`, null],
    ['a list', '[]', syntax],
    ['an unknown version', { Version: '2013-10-17', Statement: [forIdentity] }, syntax],
    ['a version that is a number', { Version: 2012, Statement: [forIdentity] }, syntax],
    ['no statement', { Version: version }, syntax],
    ['an empty list of statements', { Version: version, Statement: [] }, syntax],
    ['a statement that is a text', { Version: version, Statement: ['x'] }, syntax],
    ['an unknown element of the document', identity({}, { Extra: 1 }), syntax],
    ['an unknown element of a statement', identity({ Extra: 1 }), syntax],
    ['an element in lower case', identity({ Effect: undefined, effect: 'Allow' }), syntax],
    [
      'an element twice',
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
      syntax,
    ],
    [
      '__proto__ as an element',
      '{"__proto__":{"Statement":[]},"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
      syntax,
    ],
    ['an Id that is a list', identity({}, { Id: ['x'] }), syntax],
    ['a Sid that is an object', identity({ Sid: {} }), syntax],
    [
      'a Sid with a space',
      identity({ Sid: 'a b' }),
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
    [
      'the same Sid twice',
      {
        Version: version,
        Statement: [
          { ...forIdentity, Sid: 'a' },
          { ...forIdentity, Sid: 'a' },
        ],
      },
      sidTwice,
    ],
    [
      'empty Sids',
      {
        Version: version,
        Statement: [
          { ...forIdentity, Sid: '' },
          { ...forIdentity, Sid: '' },
        ],
      },
      null,
    ],
    ['no effect', identity({ Effect: undefined }), syntax],
    ['an unknown effect', identity({ Effect: 'Maybe' }), syntax],
    ['an effect in other letters', identity({ Effect: 'denY' }), legacy],
    ['a principal', identity({ Principal: '*' }), 'Policy document should not specify a principal.'],
    [
      'a NotPrincipal',
      identity({ NotPrincipal: { AWS: '111122223333' } }),
      'Policy document should not specify a principal.',
    ],
    ['no action', identity({ Action: undefined }), noActions],
    ['an empty list of actions', identity({ Action: [] }), noActions],
    ['Action and NotAction', identity({ NotAction: [] }), syntax],
    ['an action that is a number', identity({ Action: 1 }), syntax],
    ['an action in a list in a list', identity({ Action: [['s3:*']] }), syntax],
    ['an action without a service', identity({ Action: 'ListBucket' }), vendor],
    ['an empty NotAction', identity({ Action: undefined, NotAction: '' }), vendor],
    ['a service with a space', identity({ Action: 'a a:ListBucket' }), 'Vendor a a is not valid'],
    [
      'an action with two colons',
      identity({ Action: 's3:List:Bucket' }),
      'Actions/Condition can contain only one colon.',
    ],
    ['any service', identity({ Action: '*:*' }), null],
    ['an action that there is not', identity({ Action: 's3:Gte*' }), null],
    ['no resource', identity({ Resource: undefined }), noResources],
    ['an empty list of resources', identity({ Resource: [] }), noResources],
    ['null among the resources', identity({ Resource: ['arn:aws:s3:::b', null] }), null],
    ['null alone', identity({ Resource: [null] }), noResources],
    ['Resource and NotResource', identity({ NotResource: '*' }), syntax],
    ['a resource that is an object', identity({ Resource: { a: 'arn:aws:s3:::b' } }), syntax],
    [
      'a resource that is no ARN',
      identity({ Resource: 'example_bucket' }),
      'Resource example_bucket must be in ARN format or "*".',
    ],
    ['an empty resource', identity({ Resource: '' }), 'Resource  must be in ARN format or "*".'],
    [
      'a resource without arn',
      identity({ Resource: 'aws:s3:::example_bucket' }),
      'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
    ],
    [
      'another partition',
      identity({ Resource: 'a:b:c:d:e:f:g:h' }),
      'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
    ],
    [
      'a short one of another partition',
      identity({ Resource: 'a:b' }),
      'Partition "b" is not valid for resource "arn:b:*:*:*:*".',
    ],
    ['another scheme', identity({ Resource: 'x:aws:s3:::b' }), 'Resource x:aws:s3:::b must be in ARN format or "*".'],
    ['no service', identity({ Resource: 'arn:aws' }), noVendor],
    ['a service with a wildcard', identity({ Resource: 'arn:aws:s*:::b' }), noVendor],
    ['an ARN with a colon too few', identity({ Resource: 'arn:aws:s3::example_bucket' }), legacy],
    ['an ARN without a service', identity({ NotAction: 's3:*', Action: undefined, Resource: 'arn:aws::::b' }), legacy],
    [
      'a bucket in a region',
      identity({ Resource: 'arn:aws:s3:us-east-1::b' }),
      'Resource arn:aws:s3:us-east-1::b can not contain region information.',
    ],
    ['an access point in a region', identity({ Resource: 'arn:aws:s3:us-west-2:123456789012:accesspoint/p' }), null],
    [
      'IAM in a region',
      identity({ Resource: 'arn:aws:iam:us-east-1::user/x' }),
      'IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.',
    ],
    ['an unknown resource of IAM', identity({ Resource: 'arn:aws:iam:::example' }), iamPath],
    ['a wildcard for resources of IAM', identity({ Resource: ['arn:aws:iam::*:*', 'arn:aws:iam::1:u*'] }), null],
    ['a wildcard for the rest of an ARN', identity({ Resource: 'arn:aws:s3:*' }), null],
    ['a condition that is a list', identity({ Condition: [] }), syntax],
    ['an operator without keys', identity({ Condition: { StringEquals: 'a' } }), syntax],
    ['an unknown operator', identity({ Condition: { x: { a: '1' } } }), syntax],
    ['an unknown operator that asks nothing', identity({ Condition: { x: {} } }), null],
    ['a value that is an object', identity({ Condition: { StringEquals: { a: {} } } }), syntax],
    ['a value that is null', identity({ Condition: { StringEquals: { a: null } } }), syntax],
    [
      'values without quotes',
      identity({ Condition: { Bool: { 'aws:x': true }, NumericEquals: { 'aws:y': [1, '2'] } } }),
      null,
    ],
    ['a date that is none', identity({ Condition: { DateGreaterThan: { a: 'soon' } } }), legacy],
    ['a number that is none', identity({ Condition: { NumericEquals: { a: 'ten' } } }), syntax],
    ['an address that is none', identity({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0' } } }), syntax],
    ['a boolean that is none', identity({ Condition: { Bool: { a: 'yes' } } }), syntax],
    ['base64 that is none', identity({ Condition: { BinaryEquals: { a: '!' } } }), syntax],
    ['a variable that does not end', identity({ Resource: 'arn:aws:s3:::b/${aws:username' }), syntax],
    ['one in a value', identity({ Condition: { StringLike: { a: '${aws:username' } } }), syntax],
    [
      'such texts in 2008',
      { Version: '2008-10-17', Statement: { ...forIdentity, Resource: 'arn:aws:s3:::b/${aws:username' } },
      null,
    ],
    ['a document longer than any', JSON.stringify(identity({ Sid: 'a'.repeat(140_000) })), syntax],
  ]
  for (const [title, document, message] of table) {
    it(`${message === null ? 'takes' : 'refuses'} ${title}`, () => expect(refusal(document, 'identity')).toBe(message))
  }

  const firsts: [title: string, document: unknown, message: string][] = [
    [
      'a bad resource before a bad action',
      identity({ Action: 's:3:ListBucket', Resource: 'sdfsadf' }),
      'Resource sdfsadf must be in ARN format or "*".',
    ],
    ['a bad action before no resource', identity({ Action: 'invalid', Resource: undefined }), vendor],
    ['no action before no resource', { Version: version, Statement: { Effect: 'Allow' } }, noActions],
    [
      'a bad date before all of that',
      { Version: version, Statement: { Effect: 'Allow', Condition: { DateGreaterThan: { a: 'x' } } } },
      legacy,
    ],
    [
      'an effect in other letters before a Sid twice',
      {
        Version: version,
        Statement: [
          { ...forIdentity, Effect: 'aLLow', Sid: 's' },
          { Sid: 's', Effect: 'Allow' },
        ],
      },
      legacy,
    ],
    [
      'a Sid twice before no action',
      {
        Version: version,
        Statement: [
          { ...forIdentity, Sid: 's' },
          { Sid: 's', Effect: 'Allow' },
        ],
      },
      sidTwice,
    ],
    [
      'a partition before what fails to parse',
      identity({ Resource: ['arn:error:s3:::b', 'arn:aws:s3::b'] }),
      'Partition "error" is not valid for resource "arn:error:s3:::b".',
    ],
  ]
  for (const [title, document, message] of firsts) {
    it(`tells of ${title}, as IAM checks in that order`, () => expect(refusal(document, 'identity')).toBe(message))
  }

  it('asks the same of session policies', () => {
    expect(refusal(identity({}), 'session')).toBeNull()
    expect(refusal(identity({ Principal: '*' }), 'session')).toBe('Policy document should not specify a principal.')
  })

  it('says where each problem is', () => {
    const document = {
      Version: version,
      Statement: [forIdentity, { ...forIdentity, Action: ['s3:*', 'x'], Resource: ['y'] }],
    }
    const result = compilePolicy(JSON.stringify(document), 'identity')
    expect(result).toEqual({
      outcome: 'malformed',
      problems: [
        { path: 'Statement[1].Resource[0]', message: 'Resource y must be in ARN format or "*".' },
        { path: 'Statement[1].Action[1]', message: vendor },
      ],
    })
  })
})

describe('compilePolicy()', () => {
  it('stops looking for problems where there are too many', () => {
    const result = compilePolicy(`{"Version":"2012-10-17","Statement":[${'{},'.repeat(2000)}{}]}`, 'resource')
    expect(result.outcome === 'malformed' && result.problems.length).toBe(1000)
  })
})

describe('managedPolicyProblems()', () => {
  it('asks for the newer language', () => {
    const message = 'Policy document must be version 2012-10-17 or greater.'
    expect(managedPolicyProblems(compiled({ Statement: forIdentity }))).toEqual([{ path: 'Version', message }])
    expect(managedPolicyProblems(compiled({ Version: '2008-10-17', Statement: forIdentity }))).toHaveLength(1)
    expect(managedPolicyProblems(compiled(identity({})))).toEqual([])
  })
})

describe('a compiled policy', () => {
  const policy = compiled({
    Version: version,
    Id: 'i',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::b/${aws:PrincipalTag/Team}/*', "arn:aws:s3:::${x, 'y'}"],
      },
      {
        Effect: 'Deny',
        Action: 's3:*',
        Resource: '*',
        Condition: {
          StringNotLike: { 'S3:ExistingObjectTag/Team': '${aws:UserName}${*}' },
          Null: { 'aws:SourceIp': true },
        },
      },
    ],
  })
  it('names the condition keys it reads, those of variables included, in lower case', () => {
    expect([...policy.conditionKeys].sort()).toEqual([
      'aws:principaltag/team',
      'aws:sourceip',
      'aws:username',
      's3:existingobjecttag/team',
      'x',
    ])
  })
  it('keeps version and id', () => {
    expect([policy.version, policy.id, policy.use]).toEqual([version, 'i', 'identity'])
    expect(compiled({ Statement: forIdentity }).version).toBe('2008-10-17')
  })
  it('knows where its statements stand', () => {
    const text = `{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect":"Allow","Action":"*","Resource":"*"},\n    {\n      "Effect":"Deny","Action":"*","Resource":"*"\n    }\n  ]\n}`
    const places = compiled(text).statements.map(({ start, end }) => [start, end])
    expect(places).toEqual([
      [
        { line: 4, column: 5 },
        { line: 4, column: 51 },
      ],
      [
        { line: 5, column: 5 },
        { line: 7, column: 6 },
      ],
    ])
  })
})
