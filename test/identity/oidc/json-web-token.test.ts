import { describe, expect, it } from 'vitest'
import { parseJsonWebToken } from '../../../src/identity/oidc/json-web-token.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = { alg: 'RS256', kid: 'k1' }
const claims = { iss: 'https://token.example.com', sub: 'ä' }
const malformed = { outcome: 'refused', problem: { problem: 'malformed' } }

describe('parseJsonWebToken()', () => {
  it('takes a token to pieces', () => {
    const text = `${encode(header)}.${encode(claims)}.AQID`
    expect(parseJsonWebToken(text)).toEqual({
      outcome: 'parsed',
      token: {
        algorithm: 'RS256',
        keyId: 'k1',
        claims,
        signed: Uint8Array.from(Buffer.from(text.slice(0, text.lastIndexOf('.')))),
        signature: Uint8Array.of(1, 2, 3),
      },
    })
  })

  it('needs no key id, and ignores keys that a token brings along', () => {
    const brought = {
      alg: 'ES256',
      jwk: { kty: 'oct', k: '' },
      jku: 'https://evil.example',
      x5c: [],
      x5u: 'https://evil',
    }
    expect(parseJsonWebToken(`${encode(brought)}.${encode(claims)}.`)).toMatchObject({
      outcome: 'parsed',
      token: { algorithm: 'ES256', keyId: null },
    })
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['one part', 'abc'],
    ['two parts', `${encode(header)}.${encode(claims)}`],
    ['four parts', `${encode(header)}.${encode(claims)}.AQID.`],
    ['five parts, an encrypted token', `${encode(header)}.a.b.c.d`],
    ['an access token that is none', 'ya29.a0AfH6SM.x'],
    ['a header that is no JSON', `${Buffer.from('{').toString('base64url')}.${encode(claims)}.AQID`],
    ['a header that is a list', `${encode([header])}.${encode(claims)}.AQID`],
    ['a header that is null', `${encode(null)}.${encode(claims)}.AQID`],
    ['claims that are a text', `${encode(header)}.${encode('x')}.AQID`],
    ['no claims', `${encode(header)}..AQID`],
    ['no algorithm', `${encode({ kid: 'k1' })}.${encode(claims)}.AQID`],
    ['an algorithm that is no text', `${encode({ alg: ['RS256'] })}.${encode(claims)}.AQID`],
    ['a key id that is no text', `${encode({ alg: 'RS256', kid: 7 })}.${encode(claims)}.AQID`],
    ['padding', `${encode(header)}.${encode(claims)}.AQ==`],
    ['Base64 that is not for URLs', `${encode(header)}.${encode(claims)}.+/+/`],
    ['a second spelling of the same bytes', `${encode(header)}.${encode(claims)}.AR`],
    ['white space', `${encode(header)}.${encode(claims)}.AQID\n`],
    [
      'bytes that are no UTF-8',
      `${encode(header)}.${Buffer.from('{"sub":"\xff"}', 'latin1').toString('base64url')}.AQID`,
    ],
  ])('refuses %s', (_name, text) => {
    expect(parseJsonWebToken(text)).toEqual(malformed)
  })

  it('refuses a header that must be understood', () => {
    expect(parseJsonWebToken(`${encode({ ...header, crit: ['b64'], b64: false })}.${encode(claims)}.AQID`)).toEqual({
      outcome: 'refused',
      problem: { problem: 'header-not-understood', name: 'crit' },
    })
  })
})
