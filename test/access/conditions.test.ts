import { describe, expect, it } from 'vitest'
import { conditionContext, type ConditionSources } from '../../src/access/conditions.ts'
import { accountPrincipal, type SignedPrincipal } from '../../src/iam/principal.ts'
import type { RequestFacts } from '../../src/access/request-facts.ts'
import type { Identity, Session } from '../../src/auth/identity.ts'

const now = Date.UTC(2026, 10, 25, 12, 30, 5, 250)

const alice: SignedPrincipal = {
  type: 'User',
  accountId: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/team/alice',
  userId: 'AIDAALICE',
  username: 'alice',
}
const role: SignedPrincipal = {
  type: 'AssumedRole',
  accountId: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/reader/ci',
  userId: 'AROAREADER:ci',
  roleArn: 'arn:aws:iam::111122223333:role/reader',
  roleId: 'AROAREADER',
  sessionName: 'ci',
}
const session: Session = {
  issued: Date.UTC(2026, 10, 25, 12),
  expires: Date.UTC(2026, 10, 25, 13),
  policies: [],
  tags: { Team: 'blue' },
  sourceIdentity: 'alice',
  federatedProvider: 'token.example.com',
}

function identityOf(principal: SignedPrincipal, temporary: Session | null = null): Identity {
  return {
    kind: 'account',
    accountId: principal.accountId,
    canonicalId: 'c'.repeat(64),
    displayName: 'account',
    accessKeyId: 'AKIA',
    isRoot: false,
    principal,
    session: temporary,
  }
}

interface Asked {
  identity?: Identity
  headers?: Record<string, string>
  query?: Record<string, string>
  facts?: Partial<RequestFacts>
  sources?: Partial<ConditionSources>
}

function valueOf(key: string, { identity = identityOf(alice), headers = {}, query = {}, facts, sources }: Asked = {}) {
  const request: RequestFacts = {
    identity,
    signature: { authType: 'REST-HEADER', version: 'AWS4-HMAC-SHA256', ageMilliseconds: 1500 },
    headers: new Headers(headers),
    query: { get: (name) => query[name] ?? null },
    isSecure: true,
    tlsVersion: () => 'TLSv1.3',
    clientIp: () => '203.0.113.7',
    region: 'eu-west-1',
    now,
    ...facts,
  }
  const context = conditionContext({
    request,
    resourceAccountId: '444455556666',
    principalTags: {},
    objectTags: null,
    own: undefined,
    ...sources,
  })
  return context.get(key)
}

const anonymous: Asked = { identity: { kind: 'anonymous' }, facts: { signature: null } }
const assumed: Asked = { identity: identityOf(role, session) }

describe('conditionContext()', () => {
  const rows: [key: string, asked: Asked, expected: readonly string[] | null][] = [
    ['aws:principalarn', {}, ['arn:aws:iam::111122223333:user/team/alice']],
    ['aws:principalarn', assumed, ['arn:aws:iam::111122223333:role/reader']],
    ['aws:principalarn', anonymous, null],
    ['aws:principalaccount', {}, ['111122223333']],
    ['aws:principaltype', {}, ['User']],
    ['aws:principaltype', { identity: identityOf(accountPrincipal('111122223333')) }, ['Account']],
    ['aws:principaltype', assumed, ['AssumedRole']],
    ['aws:principaltype', anonymous, ['Anonymous']],
    ['aws:userid', {}, ['AIDAALICE']],
    ['aws:userid', assumed, ['AROAREADER:ci']],
    ['aws:userid', anonymous, ['anonymous']],
    ['aws:username', {}, ['alice']],
    ['aws:username', assumed, null],
    // Temporary credentials alone have these.
    ['aws:multifactorauthpresent', {}, null],
    ['aws:multifactorauthpresent', assumed, ['false']],
    ['aws:multifactorauthage', assumed, null],
    ['aws:multifactorauthpresent', { identity: identityOf(alice, { ...session, issued: null }) }, null],
    ['aws:tokenissuetime', {}, null],
    ['aws:tokenissuetime', assumed, ['2026-11-25T12:00:00Z']],
    ['aws:sourceidentity', assumed, ['alice']],
    ['aws:federatedprovider', assumed, ['token.example.com']],
    ['aws:currenttime', {}, ['2026-11-25T12:30:05Z']],
    ['aws:epochtime', {}, ['1795609805']],
    ['aws:securetransport', {}, ['true']],
    ['aws:sourceip', {}, ['203.0.113.7']],
    ['aws:sourceip', { facts: { clientIp: () => null } }, null],
    ['aws:useragent', { headers: { 'user-agent': 'aws-cli/2' } }, ['aws-cli/2']],
    ['aws:useragent', {}, null],
    ['aws:referer', { headers: { referer: 'https://site.example/' } }, ['https://site.example/']],
    ['aws:requestedregion', {}, ['eu-west-1']],
    ['aws:resourceaccount', {}, ['444455556666']],
    ['s3:resourceaccount', { sources: { resourceAccountId: null } }, null],
    ['s3:authtype', {}, ['REST-HEADER']],
    ['s3:authtype', anonymous, null],
    ['s3:signatureversion', {}, ['AWS4-HMAC-SHA256']],
    ['s3:signatureage', {}, ['1500']],
    ['s3:tlsversion', {}, ['1.3']],
    ['s3:tlsversion', { facts: { tlsVersion: () => null } }, null],
    // An empty prefix is one; a request without the parameter has none.
    ['s3:prefix', { query: { prefix: '' } }, ['']],
    ['s3:prefix', {}, null],
    ['s3:delimiter', { query: { delimiter: '/' } }, ['/']],
    ['s3:max-keys', { query: { 'max-keys': '10' } }, ['10']],
    ['s3:versionid', { query: { versionId: 'v1' } }, ['v1']],
    ['s3:x-amz-acl', { headers: { 'x-amz-acl': 'public-read' } }, ['public-read']],
    ['s3:x-amz-acl', { query: { 'x-amz-acl': 'public-read' } }, null],
    ['s3:x-amz-storage-class', {}, null],
    ['s3:if-none-match', { headers: { 'if-none-match': '*' } }, ['*']],
    ['s3:object-lock-mode', { headers: { 'x-amz-object-lock-mode': 'COMPLIANCE' } }, ['COMPLIANCE']],
    [
      's3:object-lock-remaining-retention-days',
      { headers: { 'x-amz-object-lock-retain-until-date': '2026-11-27T12:30:06Z' } },
      ['3'],
    ],
    ['s3:object-lock-remaining-retention-days', { headers: { 'x-amz-object-lock-retain-until-date': 'soon' } }, null],
    // Tags: the session's come before the role's; keys have no case; the object's only where they were looked up.
    ['aws:principaltag/team', { ...assumed, sources: { principalTags: { team: 'red' } } }, ['blue']],
    ['aws:principaltag/stage', { ...assumed, sources: { principalTags: { Stage: 'test' } } }, ['test']],
    ['aws:principaltag/team', { sources: { principalTags: { team: 'red', Team: 'green' } } }, ['red', 'green']],
    ['aws:principaltag/none', {}, null],
    ['s3:existingobjecttag/class', { sources: { objectTags: { class: 'secret' } } }, ['secret']],
    ['s3:existingobjecttag/class', {}, null],
    // What the operation knows counts before the request; an empty list takes a key away.
    ['s3:versionid', { query: { versionId: 'v1' }, sources: { own: { 's3:versionid': ['v2'] } } }, ['v2']],
    ['s3:versionid', { query: { versionId: 'v1' }, sources: { own: { 's3:versionid': [] } } }, null],
    ['s3:requestobjecttag/a', { sources: { own: { 's3:requestobjecttag/a': ['b'] } } }, ['b']],
    // Names that objects have by themselves are no keys.
    ['constructor', {}, null],
    ['__proto__', { sources: { own: {} } }, null],
    ['s3:unknown', {}, null],
  ]
  it.each(rows)('knows %s', (key, asked, expected) => {
    expect(valueOf(key, asked)).toEqual(expected)
  })
})
