// Trust policies that may not be stored, and what IAM answers.
import { describe, expect, it } from 'vitest'
import { refusal } from '../support/policy-fixtures.ts'

const version = '2012-10-17'
type Elements = Record<string, unknown>

const forTrust: Elements = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } }

describe('compilePolicy() for trust policies', () => {
  const trust = (elements: Elements, more: Elements = {}): unknown => ({
    Version: version,
    Statement: [{ ...forTrust, ...elements }],
    ...more,
  })
  const provider = 'arn:aws:iam::111122223333:oidc-provider/token.example.com/path'
  const stsOnly = 'AssumeRole policy may only specify STS AssumeRole actions.'
  const table: [title: string, document: unknown, message: string | null][] = [
    ['one', trust({}), null],
    ['one of 2008', { Version: '2008-10-17', Statement: [forTrust] }, null],
    ['everybody', trust({ Principal: '*' }), null],
    [
      'users, roles, sessions',
      trust({
        Principal: {
          AWS: [
            'arn:aws:iam::111122223333:user/a/b',
            'arn:aws:iam::111122223333:role/r',
            'arn:aws:sts::111122223333:assumed-role/r/s',
          ],
        },
      }),
      null,
    ],
    ['a service', trust({ Principal: { Service: 'ec2.amazonaws.com' } }), null],
    ['a provider', trust({ Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }), null],
    [
      'one of the built-in ones',
      trust({ Principal: { Federated: 'accounts.google.com' }, Action: 'sts:assumerolewithwebidentity' }),
      null,
    ],
    [
      'tags and a source identity',
      trust({ Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }),
      null,
    ],
    ['a Sid with spaces', trust({ Sid: 'a b' }), null],
    ['no JSON', 'x', 'This policy contains invalid Json'],
    ['space before it', ` ${JSON.stringify(trust({}))}`, 'JSON strings must not have leading spaces'],
    ['no statement', {}, 'Missing required field Statement'],
    ['an empty list of statements', { Statement: [] }, 'Could not parse the policy: Statement is empty!'],
    [
      'a version that there is not',
      { ...(trust({}) as object), Version: '2013-01-01' },
      'The policy must contain a valid version string',
    ],
    [
      'the same Sid twice',
      {
        Statement: [
          { ...forTrust, Sid: 'a' },
          { ...forTrust, Sid: 'a' },
        ],
      },
      'The Statement Ids in the policy are not unique',
    ],
    ['no effect', trust({ Effect: undefined }), 'Missing required field Effect'],
    ['an unknown effect', trust({ Effect: 'allow' }), 'Invalid effect: allow'],
    ['no principal', trust({ Principal: undefined }), 'Missing required field Principal'],
    ['an empty principal', trust({ Principal: {} }), 'Missing required field Principal cannot be empty!'],
    ['a principal that is a text', trust({ Principal: 'x' }), 'Invalid principal in policy: "x"'],
    ['an unknown type of principal', trust({ Principal: { Aws: '*' } }), 'Invalid principal in policy: "Aws"'],
    [
      'a canonical user',
      trust({ Principal: { CanonicalUser: 'a'.repeat(64) } }),
      `Invalid principal in policy: "CanonicalUser":"${'a'.repeat(64)}"`,
    ],
    [
      'a user that there cannot be',
      trust({ Principal: { AWS: 'arn:aws:iam::1:user/a' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::1:user/a"',
    ],
    [
      'a wildcard in a name',
      trust({ Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"',
    ],
    [
      'a group',
      trust({ Principal: { AWS: 'arn:aws:iam::111122223333:group/g' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/g"',
    ],
    [
      'NotPrincipal with Allow',
      trust({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } }),
      'Allow with NotPrincipal is not allowed.',
    ],
    [
      'NotPrincipal with Deny',
      trust({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } }),
      'AssumeRole policy must not contain NotPrincipal field.',
    ],
    ['no action', trust({ Action: undefined }), 'Missing required field Action'],
    ['an action of another service', trust({ Action: 's3:GetObject' }), stsOnly],
    ['every action', trust({ Action: '*' }), stsOnly],
    ['a wildcard', trust({ Action: 'sts:*' }), stsOnly],
    ['a resource', trust({ Resource: '*' }), 'Has prohibited field Resource'],
    ['a NotResource', trust({ NotResource: '*' }), 'Has prohibited field NotResource'],
    ['an unknown element', trust({ Foo: 1 }), 'Unknown field Foo'],
    [
      'an unknown operator',
      trust({ Condition: { stringEquals: { a: 'b' } } }),
      'Invalid Condition type : stringEquals',
    ],
  ]
  for (const [title, document, message] of table) {
    it(`${message === null ? 'takes' : 'refuses'} ${title}`, () => expect(refusal(document, 'trust')).toBe(message))
  }
})
