import { describe, expect, it } from 'vitest'
import { checkClaims } from '../../../src/identity/oidc/check-claims.ts'

const now = 1_700_000_000_000
const seconds = now / 1000
const good = { iss: 'https://token.example.com/r', sub: 'me', aud: 'sts', iat: seconds - 10, exp: seconds + 60 }
const expectation = { issuer: 'https://token.example.com/r', clientIds: ['sts', 'other'], now }

const check = (claims: Record<string, unknown>) => checkClaims({ ...good, ...claims }, expectation)

describe('checkClaims()', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['one audience', {}, 'sts'],
    ['several audiences', { aud: ['nobody', 'other'] }, 'other'],
    ['an authorized party', { aud: 'nobody', azp: 'other' }, 'other'],
    ['an authorized party that is empty', { azp: '' }, 'sts'],
    ['a time that has a fraction', { exp: seconds + 0.5 }, 'sts'],
    ['an expiry within the skew', { exp: seconds - 299 }, 'sts'],
    ['a beginning within the skew', { nbf: seconds + 300, iat: seconds + 300 }, 'sts'],
  ])('accepts %s', (_name, claims, audience) => {
    expect(check(claims)).toEqual({ outcome: 'accepted', accepted: { subject: 'me', audience } })
  })

  it.each<[string, Record<string, unknown>, unknown]>([
    ['no issuer', { iss: undefined }, { problem: 'claim-missing', claim: 'iss' }],
    ['an empty issuer', { iss: '' }, { problem: 'claim-missing', claim: 'iss' }],
    ['an issuer in a list', { iss: [good.iss] }, { problem: 'claim-missing', claim: 'iss' }],
    [
      'another issuer',
      { iss: 'https://token.example.com' },
      { problem: 'issuer-unknown', issuer: 'https://token.example.com' },
    ],
    [
      'an issuer that is longer',
      { iss: 'https://token.example.com/rx' },
      { problem: 'issuer-unknown', issuer: 'https://token.example.com/rx' },
    ],
    [
      'another scheme',
      { iss: 'http://token.example.com/r' },
      { problem: 'issuer-unknown', issuer: 'http://token.example.com/r' },
    ],
    [
      'another case',
      { iss: 'https://TOKEN.example.com/r' },
      { problem: 'issuer-unknown', issuer: 'https://TOKEN.example.com/r' },
    ],
    ['no subject', { sub: undefined }, { problem: 'claim-missing', claim: 'sub' }],
    ['a subject that is a number', { sub: 7 }, { problem: 'claim-missing', claim: 'sub' }],
    ['a subject that is too long', { sub: 'x'.repeat(256) }, { problem: 'claim-malformed', claim: 'sub' }],
    ['no audience', { aud: undefined }, { problem: 'claim-missing', claim: 'aud' }],
    ['an empty list of audiences', { aud: [] }, { problem: 'claim-missing', claim: 'aud' }],
    ['another audience', { aud: 'nobody' }, { problem: 'audience-unknown' }],
    ['another authorized party', { azp: 'nobody' }, { problem: 'audience-unknown' }],
    ['an audience of another case', { aud: 'STS' }, { problem: 'audience-unknown' }],
    ['no expiry', { exp: undefined }, { problem: 'claim-missing', claim: 'exp' }],
    ['an expiry that is a text', { exp: '9999999999' }, { problem: 'claim-missing', claim: 'exp' }],
    ['no time of issue', { iat: undefined }, { problem: 'claim-missing', claim: 'iat' }],
    ['a beginning that is a text', { nbf: 'now' }, { problem: 'claim-malformed', claim: 'nbf' }],
    ['an expiry before the skew', { exp: seconds - 300 }, { problem: 'expired', now: seconds, expires: seconds - 300 }],
    [
      'a beginning after the skew',
      { nbf: seconds + 301 },
      { problem: 'not-yet-valid', now: seconds, notBefore: seconds + 301 },
    ],
    [
      'an issue after the skew',
      { iat: seconds + 301 },
      { problem: 'not-yet-valid', now: seconds, notBefore: seconds + 301 },
    ],
  ])('refuses %s', (_name, claims, problem) => {
    expect(check(claims)).toEqual({ outcome: 'refused', problem })
  })

  it('accepts nothing for a provider without audiences', () => {
    expect(checkClaims(good, { ...expectation, clientIds: [] })).toEqual({
      outcome: 'refused',
      problem: { problem: 'audience-unknown' },
    })
  })
})
