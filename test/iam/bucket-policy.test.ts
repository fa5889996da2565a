// Bucket policies that may not be stored, and what S3 answers.
import { describe, expect, it } from 'vitest'
import { bucketPolicyProblems } from '../../src/iam/bucket-policy.ts'
import { compiled, refusal } from '../support/policy-fixtures.ts'

type Elements = Record<string, unknown>

const bucket = 'arn:aws:s3:::photos'
const objects = `${bucket}/*`
const valid: Elements = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: objects }

/** A policy of one statement: the valid one with these elements instead; undefined takes one out. */
function policy(elements: Elements, more: Elements = {}): unknown {
  return { Version: '2012-10-17', Statement: [{ ...valid, ...elements }], ...more }
}

const first = "Policies must be valid JSON and the first byte must be '{'"
const json = 'This policy contains invalid Json'
const syntax = 'Invalid policy syntax.'
const principal = 'Invalid principal in policy'
const action = 'Policy has invalid action'
const resource = 'Policy has invalid resource'
const apart = 'Action does not apply to any resource(s) in statement'
const key = 'Policy has an invalid condition key'
const keyApart = 'Conditions do not apply to combination of actions and resources in statement'

describe('compilePolicy() for buckets', () => {
  const table: [title: string, document: unknown, message: string | null][] = [
    ['a policy', policy({}), null],
    ['one statement without a list', { Statement: valid }, null],
    ['space around it', `\n ${JSON.stringify(policy({}))} \n`, null],
    ['a Sid with spaces, and an Id', policy({ Sid: 'Allow public access' }, { Id: 'p 1' }), null],
    ['nothing', '', first],
    ['a word', 'invalid json', first],
    ['a list', '[]', first],
    ['a byte order mark', `\ufeff${JSON.stringify(policy({}))}`, first],
    ['an object that does not end', '{"Statement":[', json],
    ['something after it', `${JSON.stringify(policy({}))}x`, json],
    ['an object that says nothing', {}, 'Missing required field Statement'],
    ['no statements', { Statement: [] }, 'Could not parse the policy: Statement is empty!'],
    ['a statement that is a text', { Statement: ['x'] }, syntax],
    [
      'an unknown version',
      { Version: '2012-10-18', Statement: [valid] },
      'The policy must contain a valid version string',
    ],
    ['an unknown element', policy({ Foo: 1 }), 'Unknown field Foo'],
    ['one of the document', policy({}, { statement: [] }), 'Unknown field statement'],
    [
      'an element twice',
      '{"Statement":[{"Effect":"Allow","Effect":"Deny"}]}',
      'Statement/policy already has instance of Effect',
    ],
    ['no effect', policy({ Effect: undefined }), 'Missing required field Effect'],
    ['an unknown effect', policy({ Effect: 'allow' }), 'Invalid effect: allow'],
    [
      'the same Sid twice',
      {
        Statement: [
          { ...valid, Sid: 'a' },
          { ...valid, Sid: 'a' },
        ],
      },
      'The Statement Ids in the policy are not unique',
    ],
    ['no principal', policy({ Principal: undefined }), 'Missing required field Principal'],
    ['an empty principal', policy({ Principal: {} }), 'Missing required field Principal cannot be empty!'],
    ['Principal and NotPrincipal', policy({ NotPrincipal: '*' }), 'Statement/policy already has instance of Principal'],
    [
      'NotPrincipal with Allow',
      policy({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } }),
      'Allow with NotPrincipal is not allowed.',
    ],
    [
      'NotPrincipal with Deny',
      policy({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } }),
      null,
    ],
    ['no action', policy({ Action: undefined }), 'Missing required field Action'],
    ['an empty list of actions', policy({ Action: [] }), 'Missing required field Action cannot be empty!'],
    ['Action and NotAction', policy({ NotAction: 's3:PutObject' }), 'Statement/policy already has instance of Action'],
    ['no resource', policy({ Resource: undefined }), 'Missing required field Resource'],
    ['an empty list of resources', policy({ Resource: [] }), 'Missing required field Resource cannot be empty!'],
    ['an action that is null', policy({ Action: null }), syntax],
    ['a resource that is an object', policy({ Resource: {} }), syntax],
    [
      'an unknown operator',
      policy({ Condition: { StringEqual: { 'aws:username': 'a' } } }),
      'Invalid Condition type : StringEqual',
    ],
    ['a value that is null', policy({ Condition: { StringEquals: { 'aws:username': null } } }), syntax],
    [
      'an address that is none',
      policy({ Condition: { IpAddress: { 'aws:SourceIp': '123' } } }),
      'Invalid IP address in Conditions',
    ],
    ['a variable that does not end', policy({ Resource: `${bucket}/\${aws:username` }), syntax],
  ]
  for (const [title, document, message] of table) {
    it(`${message === null ? 'takes' : 'refuses'} ${title}`, () => expect(refusal(document, 'resource')).toBe(message))
  }

  describe('principals', () => {
    const good: unknown[] = [
      '*',
      { AWS: '*' },
      { AWS: ['*'] },
      { AWS: '111122223333' },
      { AWS: 'arn:aws:iam::111122223333:root' },
      {
        AWS: [
          'arn:aws:iam::111122223333:user/division/alice',
          'arn:aws:iam::111122223333:role/r',
          'arn:aws:sts::111122223333:assumed-role/r/s@x',
          'arn:aws:sts::111122223333:federated-user/f',
        ],
      },
      { CanonicalUser: '0123456789abcdef'.repeat(4) },
      { Service: ['logging.s3.amazonaws.com', 'cloudfront.amazonaws.com'] },
      { Federated: 'graph.facebook.com' },
      { AWS: '111122223333', Service: 's3.amazonaws.com' },
    ]
    for (const element of good) {
      it(`takes ${JSON.stringify(element)}`, () =>
        expect(refusal(policy({ Principal: element }), 'resource')).toBeNull())
    }
    const bad: unknown[] = [
      '',
      'x',
      '111122223333',
      ['*'],
      1,
      null,
      { AWS: '' },
      { AWS: [] },
      { aws: '*' },
      { AWS: '1111222233334' },
      { AWS: 'arn:aws:iam::111122223333:user/*' },
      { AWS: 'arn:aws:iam::111122223333:*' },
      { AWS: 'arn:aws:iam::*:root' },
      { AWS: 'arn:aws:iam::111122223333:group/g' },
      { AWS: 'arn:aws:iam::s3tenant1:root' },
      { AWS: 'arn:aws:sts::111122223333:assumed-role/r/*' },
      { AWS: 'AIDAEXAMPLE' },
      { AWS: '111122223333\n' },
      { Service: '*' },
      { Service: 'example.com' },
      { CanonicalUser: 'abc' },
      { CanonicalUser: '0123456789ABCDEF'.repeat(4) },
      { Federated: 'evil.example.com' },
      { __proto__: { AWS: '*' }, Foo: '*' },
    ]
    for (const element of bad) {
      it(`refuses ${JSON.stringify(element)}`, () =>
        expect(refusal(policy({ Principal: element }), 'resource')).toBe(principal))
    }
  })

  describe('actions', () => {
    const both = [bucket, objects]
    for (const name of ['*', 's3:*', 'S3:GetObject', 's3:getobject', 's3:Get*', 's3:?etObject', 's3:*Tagging']) {
      it(`takes ${name}`, () => expect(refusal(policy({ Action: name, Resource: both }), 'resource')).toBeNull())
    }
    for (const name of [
      '',
      'invalid',
      's3',
      's3:',
      's4:GetObject',
      'ss3:ListBucket',
      ':GetObject',
      's3::GetObject',
      's3:Put-Object',
      's3:GetObject:',
      's3:????',
      '*GetObject',
      's3:Abort?',
      's3:Gte*',
      's3:ListAllMyBuckets',
      's3:CreateJob',
      's3:PutObjectLockConfiguration',
      'iam:GetUser',
      's3:ListBuc\u212aet',
      's3:GetObject\0',
      '__proto__',
    ]) {
      it(`refuses ${JSON.stringify(name)}`, () =>
        expect(refusal(policy({ Action: name, Resource: both }), 'resource')).toBe(action))
      it(`refuses ${JSON.stringify(name)} as NotAction`, () => {
        expect(refusal(policy({ Action: undefined, NotAction: name, Resource: both }), 'resource')).toBe(action)
      })
    }
  })

  describe('resources', () => {
    for (const name of [
      '*',
      '',
      'photos',
      'arn:aws:s3:::',
      'arn:aws:s3:::/photos',
      'arn:aws:s3::photos',
      'arn:aws:iam:::photos',
      'arn:aws-cn:s3:::photos',
      'arn:aws:s3:*:*:photos',
      'arn:*:s3:::photos',
      'arn:aws:s3:us-east-1::photos',
      'ARN:aws:s3:::photos',
      'arn:aws:s3:us-west-2:123456789012:accesspoint/p',
    ]) {
      it(`refuses ${JSON.stringify(name)}`, () =>
        expect(refusal(policy({ Action: 's3:*', Resource: name }), 'resource')).toBe(resource))
    }
  })

  describe('actions and resources together', () => {
    const pairs: [actions: unknown, resources: unknown, fit: boolean][] = [
      ['s3:GetObject', bucket, false],
      ['s3:GetObject', [bucket, objects], true],
      ['s3:ListBucket', objects, false],
      ['s3:ListBucket', [bucket, objects], true],
      [['s3:GetObject', 's3:ListBucket'], objects, false],
      ['s3:PutObjectTagging', bucket, false],
      ['s3:Abort*', bucket, false],
      ['s3:*Multipart*', objects, true],
      ['s3:GetBucket*', objects, false],
      ['s3:*', bucket, true],
      ['s3:*', objects, true],
      ['s3:Get*', bucket, true],
      ['s3:GetObject', `${bucket}*`, true],
      ['s3:GetObject', 'arn:aws:s3:::*', true],
      ['s3:ListBucket', 'arn:aws:s3:::*', true],
      ['s3:ListBucket', 'arn:aws:s3:::*/*', false],
      ['s3:ListBucket', `${bucket}/`, false],
    ]
    for (const [actions, resources, fit] of pairs) {
      it(`${JSON.stringify(actions)} ${fit ? 'applies' : 'does not apply'} to ${JSON.stringify(resources)}`, () => {
        expect(refusal(policy({ Action: actions, Resource: resources }), 'resource')).toBe(fit ? null : apart)
      })
    }
    it('asks nothing of NotAction and NotResource', () => {
      expect(refusal(policy({ Action: undefined, NotAction: 's3:GetObject', Resource: bucket }), 'resource')).toBeNull()
      expect(refusal(policy({ Resource: undefined, NotResource: bucket }), 'resource')).toBeNull()
    })
  })

  describe('condition keys', () => {
    const rows: [key: string, actions: unknown, message: string | null][] = [
      ['aws:SourceIP', 's3:GetObject', null],
      ['AWS:PrincipalTag/Any Key', 's3:GetObject', null],
      ['aws:PrincipalTag/', 's3:GetObject', key],
      ['aws:SecureTranport', 's3:GetObject', key],
      ['s3:x-acl', 's3:PutObject', key],
      ['s3:VersionStatus', 's3:GetObject', key],
      ['ec2:Region', 's3:GetObject', key],
      ['prefix', 's3:ListBucket', key],
      ['', 's3:GetObject', key],
      ['constructor', 's3:GetObject', key],
      ['__proto__', 's3:GetObject', key],
      ['cognito-identity.amazonaws.com:sub', 's3:GetObject', null],
      ['s3:TlsVersion', 's3:DeleteBucketPolicy', null],
      ['s3:prefix', 's3:ListBucket', null],
      ['s3:prefix', ['s3:ListBucket', 's3:ListBucketVersions'], null],
      ['s3:prefix', ['s3:ListBucket', 's3:GetBucketLocation'], keyApart],
      ['s3:prefix', 's3:ListBucketMultipartUploads', keyApart],
      ['s3:prefix', 's3:GetObject', keyApart],
      ['s3:prefix', 's3:*', null],
      ['s3:x-amz-acl', 's3:PutObject', null],
      ['s3:x-amz-acl', ['s3:GetObject', 's3:PutObject'], keyApart],
      ['s3:ExistingObjectTag/team', 's3:GetObject', null],
      ['s3:ExistingObjectTag/team', 's3:PutObject', keyApart],
      ['s3:ExistingObjectTag/team', 's3:DeleteObject', keyApart],
      ['s3:ExistingObjectTag/team', 's3:GetObjectRetention', keyApart],
      ['s3:ExistingObjectTag/team', 's3:DeleteObjectTagging', null],
      ['s3:ExistingObjectTag', 's3:GetObject', key],
      ['s3:RequestObjectTag/team', 's3:PutObjectAcl', keyApart],
      ['s3:RequestObjectTagKeys', 's3:PutObjectTagging', null],
      ['s3:versionid', 's3:GetObject', keyApart],
      ['s3:VersionId', 's3:GetObjectVersion', null],
      ['s3:if-none-match', 's3:PutObject', null],
    ]
    for (const [name, actions, message] of rows) {
      it(`${message === null ? 'takes' : 'refuses'} ${JSON.stringify(name)} with ${JSON.stringify(actions)}`, () => {
        const document = `{"Statement":[{"Effect":"Deny","Principal":"*","Action":${JSON.stringify(actions)},"Resource":["${bucket}","${objects}"],"Condition":{"StringEquals":{${JSON.stringify(name)}:"x"}}}]}`
        expect(refusal(document, 'resource')).toBe(message)
      })
    }
  })
})

describe('bucketPolicyProblems()', () => {
  const rows: [resource: string, isIn: boolean][] = [
    ['arn:aws:s3:::photos', true],
    ['arn:aws:s3:::photos/a/*', true],
    ['arn:aws:s3:::photo?/*', true],
    ['arn:aws:s3:::*', true],
    ['arn:aws:s3:::*/*', true],
    ['arn:aws:s3:::ph*/x', true],
    ['arn:aws:s3:::photos*.jpg', true],
    ['arn:aws:s3:::${aws:PrincipalTag/bucket}/*', true],
    ['arn:aws:s3:::photos2', false],
    ['arn:aws:s3:::photo', false],
    ['arn:aws:s3:::Photos/*', false],
    ['arn:aws:s3:::other/photos', false],
    ['arn:aws:s3:::x*/photos', false],
    ['arn:aws:s3:::photos-*/x', false],
  ]
  for (const [name, isIn] of rows) {
    it(`${name} is ${isIn ? '' : 'not '}in photos`, () => {
      const problems = bucketPolicyProblems(compiled(policy({ Action: 's3:*', Resource: name }), 'resource'), 'photos')
      expect(problems).toEqual(isIn ? [] : [{ path: 'Statement[0].Resource', message: resource }])
    })
  }
  it('looks at NotResource as well', () => {
    const document = policy({ Resource: undefined, NotResource: ['arn:aws:s3:::photos/x', 'arn:aws:s3:::other/x'] })
    expect(bucketPolicyProblems(compiled(document, 'resource'), 'photos')).toHaveLength(1)
  })
})
