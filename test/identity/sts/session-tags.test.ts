import { describe, expect, it } from 'vitest'
import { QueryParameters } from '../../../src/identity/parameters.ts'
import { noTags, parseSessionTags, withInherited } from '../../../src/identity/sts/session-tags.ts'
import type { Session } from '../../../src/auth/identity.ts'
import { plainSession } from '../../../src/identity/sts/issue-session.ts'

function parameters(tags: [string, string][], transitive: string[] = []): QueryParameters {
  return QueryParameters.of([
    ...tags.flatMap(([key, value], index): [string, string][] => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
    ...transitive.map((key, index): [string, string] => [`TransitiveTagKeys.member.${index + 1}`, key]),
  ])
}

const many = (count: number) => Array.from({ length: count }, (_, index): [string, string] => [`k${index}`, 'v'])

describe('parseSessionTags()', () => {
  it.each<[string, [string, string][], string[], unknown]>([
    ['none', [], [], noTags],
    [
      'tags',
      [
        ['Team', 'a b'],
        ['x:y/z=+-@_.', ''],
      ],
      ['team'],
      { tags: { Team: 'a b', 'x:y/z=+-@_.': '' }, transitiveTagKeys: ['team'] },
    ],
    ['letters of any script', [['équipe', '日本']], [], { tags: { équipe: '日本' }, transitiveTagKeys: [] }],
    [
      'a key that an object has anyway',
      [['__proto__', 'x']],
      [],
      { tags: { ['__proto__']: 'x' }, transitiveTagKeys: [] },
    ],
    ['as many as allowed', many(50), [], { tags: Object.fromEntries(many(50)), transitiveTagKeys: [] }],
    [
      'the longest',
      [['k'.repeat(128), 'v'.repeat(256)]],
      [],
      { tags: { ['k'.repeat(128)]: 'v'.repeat(256) }, transitiveTagKeys: [] },
    ],
  ])('reads %s', (_name, tags, transitive, expected) => {
    expect(parseSessionTags(parameters(tags, transitive))).toEqual(expected)
  })

  it.each<[string, [string, string][], string[], [code: string, message: RegExp]]>([
    ['too many', many(51), [], ['ValidationError', /'tags' failed .* less than or equal to 50/]],
    ['an empty key', [['', 'v']], [], ['ValidationError', /'key' .* must not be null/]],
    ['a key that is too long', [['k'.repeat(129), 'v']], [], ['ValidationError', /'tags.member.key' .* 128/]],
    ['a value that is too long', [['k', 'v'.repeat(257)]], [], ['ValidationError', /'tags.member.value' .* 256/]],
    ['a key with other characters', [['a*b', 'v']], [], ['ValidationError', /regular expression/]],
    ['a reserved key', [['AWS:x', 'v']], [], ['InvalidParameterValue', /reserved/]],
    [
      'the same key in another case',
      [
        ['Team', 'a'],
        ['team', 'b'],
      ],
      [],
      ['InvalidParameterValue', /Duplicate tag keys/],
    ],
    [
      'a transitive key without its tag',
      [['a', 'b']],
      ['c'],
      ['InvalidParameterValue', /must be included in the requested tags/],
    ],
  ])('refuses %s', (_name, tags, transitive, [code, message]) => {
    expect(() => parseSessionTags(parameters(tags, transitive))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })
})

const from = (session: Partial<Session>): Session => ({ ...plainSession({ now: 0, seconds: 900 }), ...session })

describe('withInherited()', () => {
  it('adds the transitive tags of the calling session, and no others', () => {
    const calling = from({ tags: { Team: 'a', stays: 'b' }, transitiveTagKeys: ['team'] })
    expect(withInherited({ tags: { more: 'c' }, transitiveTagKeys: ['more'] }, calling)).toEqual({
      tags: { Team: 'a', more: 'c' },
      transitiveTagKeys: ['Team', 'more'],
    })
  })

  it('leaves tags as they are without a calling session', () => {
    const tags = { tags: { a: 'b' }, transitiveTagKeys: [] }
    expect(withInherited(tags, null)).toEqual(tags)
    expect(withInherited(noTags, from({ tags: { a: 'b' } }))).toEqual(noTags)
  })

  it('lets nobody replace an inherited tag, in whatever case', () => {
    const calling = from({ tags: { Team: 'a' }, transitiveTagKeys: ['Team'] })
    expect(() => withInherited({ tags: { tEAM: 'b' }, transitiveTagKeys: [] }, calling)).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterValue',
        message: expect.stringMatching(/conflicts with a transitive tag key/),
      }),
    )
  })
})
