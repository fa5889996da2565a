import { describe, expect, it } from 'vitest'
import type { FetchedDocument } from '../../../src/identity/oidc/fetch-document.ts'
import { KeySets } from '../../../src/identity/oidc/key-sets.ts'
import {
  keySetFailureMilliseconds,
  keySetMilliseconds,
  keySetRefreshMilliseconds,
  keySetsMax,
} from '../../../src/limits.ts'
import type { JsonWebToken } from '../../../src/identity/oidc/json-web-token.ts'
import { newKey } from '../../support/identity-tokens.ts'

const issuer = 'https://token.example.com/r'
const configurationUrl = `${issuer}/.well-known/openid-configuration`
const keysUrl = 'https://keys.example.com/jwks'
const [first, second] = [newKey('P-256', 'first'), newKey('P-256', 'second')]
const configuration = { issuer, jwks_uri: keysUrl }

const tokenOf = (keyId: string | null): JsonWebToken => ({
  algorithm: 'ES256',
  keyId,
  claims: {},
  signed: new Uint8Array(0),
  signature: new Uint8Array(0),
})

/** Key sets over documents that a test can change, and the URLs they asked for. */
function harness(documents: Record<string, unknown>) {
  const asked: string[] = []
  const answer = async (url: string): Promise<FetchedDocument> => {
    asked.push(url)
    const document = documents[url]
    if (document === 'down') return { outcome: 'unreachable', why: 'down' }
    return document === undefined ? { outcome: 'unusable', why: 'missing' } : { outcome: 'fetched', document }
  }
  const sets = new KeySets(answer, 'never')
  const ids = async (keyId: string | null, now: number) => {
    const found = await sets.keysFor(issuer, tokenOf(keyId), now)
    return found.outcome === 'found' ? found.keys.map((key) => key.keyId) : found.problem
  }
  return { documents, asked, sets, ids }
}

const withKeys = (...keys: { jwk: unknown }[]) => ({
  [configurationUrl]: configuration,
  [keysUrl]: { keys: keys.map(({ jwk }) => jwk) },
})

describe('KeySets', () => {
  it('finds keys by discovery, and asks no more while they are trusted', async () => {
    const { asked, ids } = harness(withKeys(first, second))
    expect(await ids('first', 0)).toEqual(['first'])
    expect(asked).toEqual([configurationUrl, keysUrl])
    expect(await ids('second', keySetMilliseconds - 1)).toEqual(['second'])
    expect(await ids(null, keySetMilliseconds - 1)).toEqual(['first', 'second'])
    expect(asked).toHaveLength(2)
    expect(await ids('first', keySetMilliseconds)).toEqual(['first'])
    expect(asked).toHaveLength(4)
  })

  it('asks again for a key it does not know: keys are rotated', async () => {
    const { documents, asked, ids } = harness(withKeys(first))
    expect(await ids('first', 0)).toEqual(['first'])
    Object.assign(documents, withKeys(second))
    expect(await ids('second', keySetRefreshMilliseconds)).toEqual(['second'])
    expect(asked).toHaveLength(4)
    // What its issuer withdrew counts no more.
    expect(await ids('first', keySetRefreshMilliseconds + 1)).toEqual({ problem: 'key-missing' })
  })

  it('is not made to ask over and over by key ids that somebody invents', async () => {
    const { asked, ids } = harness(withKeys(first))
    await ids('first', 0)
    for (let now = 0; now < keySetRefreshMilliseconds; now += 100) {
      expect(await ids(`invented-${now}`, now)).toEqual({ problem: 'key-missing' })
    }
    expect(asked).toHaveLength(2)
    for (let late = 0; late < 50; late++) await ids(`later-${late}`, keySetRefreshMilliseconds)
    expect(asked).toHaveLength(4)
  })

  it('lets one request ask again while others go on with what is known', async () => {
    const { asked, ids } = harness(withKeys(first))
    await ids('first', 0)
    const now = keySetRefreshMilliseconds
    expect(await Promise.all([ids('second', now), ids('second', now), ids('first', now)])).toEqual([
      { problem: 'key-missing' },
      { problem: 'key-missing' },
      ['first'],
    ])
    expect(asked).toHaveLength(4)
  })

  it('remembers a failure for a short while', async () => {
    const { documents, asked, ids } = harness({ [configurationUrl]: 'down' })
    const down = { problem: 'provider-unreachable', why: 'down' }
    expect(await ids('first', 0)).toEqual(down)
    Object.assign(documents, withKeys(first))
    expect(await ids('first', keySetFailureMilliseconds - 1)).toEqual(down)
    expect(asked).toHaveLength(1)
    expect(await ids('first', keySetFailureMilliseconds)).toEqual(['first'])
  })

  it('trusts no keys longer because their issuer is down', async () => {
    const { documents, ids } = harness(withKeys(first))
    await ids('first', 0)
    documents[keysUrl] = 'down'
    expect(await ids('first', keySetMilliseconds - 1)).toEqual(['first'])
    expect(await ids('first', keySetMilliseconds)).toEqual({ problem: 'provider-unreachable', why: 'down' })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no configuration', {}, 'missing'],
    [
      'a configuration that is no object',
      { [configurationUrl]: [configuration] },
      `${configurationUrl} is no JSON object`,
    ],
    [
      'the configuration of another issuer',
      { [configurationUrl]: { ...configuration, issuer: `${issuer}/` } },
      `${configurationUrl} is of another issuer`,
    ],
    [
      'no place of keys',
      { [configurationUrl]: { issuer } },
      `${configurationUrl} names no jwks_uri that may be fetched`,
    ],
    [
      'keys that come without encryption',
      {
        [configurationUrl]: { issuer, jwks_uri: 'http://127.0.0.1/jwks' },
        'http://127.0.0.1/jwks': { keys: [first.jwk] },
      },
      `${configurationUrl} names no jwks_uri that may be fetched`,
    ],
    ['no keys', { [configurationUrl]: configuration }, 'missing'],
    [
      'keys that are none',
      { [configurationUrl]: configuration, [keysUrl]: { keys: 'x' } },
      `${keysUrl} is no key set, or has too many keys`,
    ],
  ])('cannot use %s', async (_name, documents, why) => {
    expect(await harness(documents).ids('first', 0)).toEqual({ problem: 'provider-unusable', why })
  })

  it('remembers so many issuers', async () => {
    const { asked, sets, ids } = harness(withKeys(first))
    await ids('first', 0)
    for (let other = 0; other < keySetsMax - 1; other++)
      await sets.keysFor(`https://${other}.example.com`, tokenOf('x'), 1)
    const before = asked.length
    await ids('first', 2)
    expect(asked).toHaveLength(before)
    await sets.keysFor('https://last.example.com', tokenOf('x'), 3)
    await ids('first', 4)
    expect(asked).toHaveLength(before + 3)
  })
})
