import { describe, expect, it } from 'vitest'
import { claimConditions } from '../../../src/identity/oidc/claim-conditions.ts'

describe('claimConditions()', () => {
  it('names each claim by the URL of its provider', () => {
    const { trust } = claimConditions('SSO.example.com/realms/A', {
      sub: 'me',
      aud: 'sts',
      amr: ['pwd', 'mfa'],
      repository: 'a/b',
      run_attempt: 2,
      email_verified: true,
      groups: [],
      nested: { sub: 'x' },
      nothing: null,
      mixed: ['a', { b: 1 }, 3],
    })
    expect(trust).toEqual({
      'sso.example.com/realms/a:sub': ['me'],
      'sso.example.com/realms/a:aud': ['sts'],
      'sso.example.com/realms/a:amr': ['pwd', 'mfa'],
      'sso.example.com/realms/a:repository': ['a/b'],
      'sso.example.com/realms/a:run_attempt': ['2'],
      'sso.example.com/realms/a:email_verified': ['true'],
      'sso.example.com/realms/a:mixed': ['a', '3'],
    })
  })

  it('takes the authorized party for the audience, and keeps the other', () => {
    const { trust } = claimConditions('p', { sub: 'me', aud: ['x', 'y'], azp: 'client' })
    expect(trust).toMatchObject({ 'p:aud': ['client'], 'p:oaud': ['x', 'y'], 'p:azp': ['client'] })
  })

  it('lets no claim in another case stand in for one', () => {
    const spelled = { SUB: 'admin', Sub: 'admin', sub: 'me', AUD: 'x', aud: 'sts', Team: 'a' }
    expect(claimConditions('p', spelled).trust).toEqual({ 'p:sub': ['me'], 'p:aud': ['sts'], 'p:team': ['a'] })
  })

  it('leaves to the session what AWS lets its requests be asked for', () => {
    const claims = { sub: 'me', aud: 'sts', azp: 'c', amr: ['pwd'], email: 'a@b', repository: 'a/b', iat: 1 }
    expect(claimConditions('p', claims).session).toEqual({
      'p:sub': ['me'],
      'p:aud': ['c'],
      'p:oaud': ['sts'],
      'p:amr': ['pwd'],
      'p:email': ['a@b'],
    })
  })
})
