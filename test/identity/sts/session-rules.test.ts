// The small rules of STS: durations, names, ARNs, and what temporary credentials may not be used for.
import { describe, expect, it } from 'vitest'
import { accountPrincipal, type SignedPrincipal } from '../../../src/iam/principal.ts'
import { QueryParameters } from '../../../src/identity/parameters.ts'
import { checkSession } from '../../../src/identity/session-limits.ts'
import { plainSession } from '../../../src/identity/sts/issue-session.ts'
import { parseRoleArn } from '../../../src/identity/sts/role-arn.ts'
import { checkRoleDuration, parseRoleDuration, parseTokenDuration } from '../../../src/identity/sts/session-duration.ts'
import { checkSourceIdentity, parseSessionName, refuseDevice } from '../../../src/identity/sts/session-input.ts'
import type { Caller } from '../../../src/identity/action.ts'

const accountId = '111122223333'
const session = plainSession({ now: 0, seconds: 900 })
const account = accountPrincipal(accountId)
const user: SignedPrincipal = { type: 'User', accountId, arn: 'arn:u', userId: 'AIDA', username: 'u' }
const role: SignedPrincipal = {
  type: 'AssumedRole',
  accountId,
  arn: 'arn:r',
  userId: 'AROA:s',
  roleArn: 'arn:role',
  roleId: 'AROA',
  sessionName: 's',
}
const federated: SignedPrincipal = {
  type: 'FederatedUser',
  accountId,
  arn: 'arn:f',
  userId: `${accountId}:f`,
  issuer: { arn: 'arn:u', userId: 'AIDA' },
}

function caller(principal: SignedPrincipal, of: Caller['session'] = null): Caller {
  return {
    kind: 'account',
    accountId,
    canonicalId: 'c',
    displayName: 'd',
    accessKeyId: 'K',
    isRoot: false,
    principal,
    session: of,
  }
}

const one = (name: string, value: string) => QueryParameters.of([[name, value]])
const none = QueryParameters.of([])

describe('the duration of a role session', () => {
  it.each([
    ['900', 900],
    ['43200', 43_200],
  ])('may be %s', (text, seconds) => expect(parseRoleDuration(one('DurationSeconds', text))).toBe(seconds))

  it('is an hour by default', () => expect(parseRoleDuration(none)).toBe(3600))

  it.each([
    ['899', 'ValidationError', /'durationSeconds' .* greater than or equal to 900/],
    ['43201', 'ValidationError', /'durationSeconds' .* less than or equal to 43200/],
    ['-1', 'ValidationError', /greater than or equal to 900/],
    ['1e3', 'MalformedInput', /DurationSeconds/],
    ['', 'MalformedInput', /DurationSeconds/],
    ['99999999999', 'MalformedInput', /DurationSeconds/],
  ])('may not be %s', (text, code, message) => {
    expect(() => parseRoleDuration(one('DurationSeconds', text))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  it('is at most what the role allows, and an hour in a chain', () => {
    const longer = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
    const chained = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
    expect(() => checkRoleDuration(7200, 7200, caller(user))).not.toThrow()
    expect(() => checkRoleDuration(7201, 7200, caller(user))).toThrow(longer)
    expect(() => checkRoleDuration(7201, 7200, null)).toThrow(longer)
    expect(() => checkRoleDuration(3600, 7200, caller(role, session))).not.toThrow()
    expect(() => checkRoleDuration(3601, 7200, caller(role, session))).toThrow(chained)
    expect(() => checkRoleDuration(3601, 7200, caller(user, session))).toThrow(chained)
    // A service account has a key of its own, although its policy bounds it as a session's does.
    expect(() => checkRoleDuration(3601, 7200, caller(user, { ...session, issued: null }))).not.toThrow()
  })
})

describe('the duration of a token', () => {
  it.each([
    [user, null, 43_200],
    [user, '129600', 129_600],
    [user, '900', 900],
    [account, null, 3600],
    [account, '129600', 3600],
    [account, '900', 900],
  ] as const)('%#', (principal, text, seconds) => {
    const parameters = text === null ? none : one('DurationSeconds', text)
    expect(parseTokenDuration(parameters, caller(principal))).toBe(seconds)
  })

  it('may not be longer than 36 hours', () => {
    expect(() => parseTokenDuration(one('DurationSeconds', '129601'), caller(user))).toThrow(/129600/)
  })
})

describe('parseRoleArn()', () => {
  it.each([
    ['arn:aws:iam::111122223333:role/reader', 'reader'],
    ['arn:aws:iam::111122223333:role/a/b/reader', 'reader'],
    ['arn:aws:iam::111122223333:role/r+=,.@-_', 'r+=,.@-_'],
  ])('%s', (arn, name) => expect(parseRoleArn(arn)).toEqual({ arn, accountId, name }))

  it.each([
    ['arn', /'roleArn' .* greater than or equal to 20/],
    [`arn:aws:iam::111122223333:role/${'x'.repeat(2048)}`, /less than or equal to 2048/],
    ['arn:aws:iam::111122223333:user/reader', /^Request ARN is invalid$/],
    ['arn:aws:iam::111122223333:role/', /^Request ARN is invalid$/],
    ['arn:aws:iam::111122223333:role/a/', /^Request ARN is invalid$/],
    ['arn:aws:iam:::role/reader-without-account', /^Request ARN is invalid$/],
    ['arn:aws:iam::1111222233334:role/reader', /^Request ARN is invalid$/],
    ['arn:aws:sts::111122223333:assumed-role/reader/x', /^Request ARN is invalid$/],
    ['arn:aws:iam::111122223333:role/reader\n', /^Request ARN is invalid$/],
  ])('refuses %s', (arn, message) => {
    expect(() => parseRoleArn(arn)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: expect.stringMatching(message) }),
    )
  })
})

describe('names', () => {
  it.each(['a', 'x'.repeat(65), 'with space', 'sláinte', 'a/b', 'ab\n'])('of a session may not be %j', (name) => {
    expect(() => parseSessionName(one('RoleSessionName', name))).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
  })

  it.each(['ab', 'x'.repeat(64), 'a_+=,.@-Z9'])('of a session may be %s', (name) => {
    expect(parseSessionName(one('RoleSessionName', name))).toBe(name)
  })

  it('of a session must be there', () => {
    expect(() => parseSessionName(none)).toThrow(/Value null at 'roleSessionName'/)
  })

  it('of a source identity follow the same rules, and are not reserved', () => {
    expect(checkSourceIdentity(null)).toBeNull()
    expect(checkSourceIdentity('alice')).toBe('alice')
    for (const name of ['a', 'a b', 'x'.repeat(65), 'AWS:alice']) expect(() => checkSourceIdentity(name)).toThrow()
  })
})

describe('refuseDevice()', () => {
  it('knows no devices', () => {
    expect(() => refuseDevice(none)).not.toThrow()
    for (const name of ['SerialNumber', 'TokenCode']) {
      expect(() => refuseDevice(one(name, '123456'))).toThrow(
        expect.objectContaining({
          code: 'AccessDenied',
          message: expect.stringMatching(/^MultiFactorAuthentication failed/),
        }),
      )
    }
  })
})

describe('checkSession()', () => {
  const actions = {
    iam: ['GetUser', 'ListRoles'],
    sts: ['AssumeRole', 'GetAccessKeyInfo', 'GetCallerIdentity', 'GetFederationToken', 'GetSessionToken'],
  }

  /** The code each action is refused with. */
  function refusals(of: Caller): Record<string, string> {
    const found: Record<string, string> = {}
    for (const service of ['iam', 'sts'] as const) {
      for (const name of actions[service]) {
        try {
          checkSession({ name, service }, of)
        } catch (error) {
          found[name] = (error as { code: string }).code
        }
      }
    }
    return found
  }

  const ofTokens = { GetFederationToken: 'AccessDenied', GetSessionToken: 'AccessDenied' }
  const ofIam = { GetUser: 'InvalidClientTokenId', ListRoles: 'InvalidClientTokenId' }

  it.each<[string, Caller, Record<string, string>]>([
    ['an account', caller(account), {}],
    ['a user', caller(user), {}],
    ['a service account', caller(user, { ...session, issued: null }), {}],
    ['the session of a role', caller(role, session), ofTokens],
    ['the session of a user', caller(user, session), { ...ofTokens, ...ofIam, GetAccessKeyInfo: 'AccessDenied' }],
    [
      'the session of an account',
      caller(account, session),
      { ...ofTokens, ...ofIam, GetAccessKeyInfo: 'AccessDenied' },
    ],
    [
      'a federated user',
      caller(federated, session),
      { ...ofTokens, ...ofIam, GetAccessKeyInfo: 'AccessDenied', AssumeRole: 'AccessDenied' },
    ],
  ])('holds %s to what it may be used for', (_name, of, expected) => {
    expect(refusals(of)).toEqual(expected)
  })
})
