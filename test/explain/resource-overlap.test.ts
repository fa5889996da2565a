import { describe, expect, it } from 'vitest'
import { patternOverlap, type Overlap } from '../../src/explain/resource-overlap.ts'
import { compileResource, matchesResource } from '../../src/iam/arn-pattern.ts'
import { emptyContext } from '../../src/iam/condition-context.ts'
import { parseTemplate } from '../../src/iam/variables.ts'
import { randomFrom } from '../support/random.ts'

const context = { get: (key: string) => (key === 'aws:username' ? ['alice'] : null) }
const under = (prefix: string) => ({ arn: `arn:aws:s3:::b/${prefix}`, isPrefix: true })
const overlap = (pattern: string, prefix: string) =>
  patternOverlap(pattern, under(prefix), { variables: true, context })

describe('patternOverlap()', () => {
  it.each<[string, string, Overlap]>([
    ['*', 'a/', 'all'],
    ['arn:aws:s3:::b/*', '', 'all'],
    ['arn:aws:s3:::b*', '', 'all'],
    ['arn:aws:s3:::b/**', 'a/', 'all'],
    ['arn:aws:s3:::c/*', '', 'none'],
    ['arn:aws:s3:::b', '', 'none'],
    ['arn:aws:s3:::b/a/*', '', 'some'],
    ['arn:aws:s3:::b/a/*', 'a/', 'all'],
    ['arn:aws:s3:::b/a/*', 'a/b', 'all'],
    ['arn:aws:s3:::b/a/*', 'a', 'some'],
    ['arn:aws:s3:::b/a/*', 'b/', 'none'],
    ['arn:aws:s3:::b/a/k', 'a/', 'some'],
    ['arn:aws:s3:::b/a/k', 'a/k', 'some'],
    ['arn:aws:s3:::b/?/*', 'a/', 'all'],
    ['arn:aws:s3:::b/?/*', 'ab/', 'none'],
    ['arn:aws:s3:::b/*.jpg', 'a/', 'some'],
    ['arn:aws:s3:::b/*/k', 'a/', 'some'],
    // Matches what ends in g, which the prefix itself does.
    ['arn:aws:s3:::b/a*g', 'ag', 'some'],
    ['arn:aws:s3:::b/a?', 'a', 'some'],
    ['arn:*:b/*', 'a/', 'all'],
    ['arn:aws:s3:*:*:b/*', 'a/', 'all'],
    ['arn:aws:s3:::b/${aws:username}/*', 'alice/', 'all'],
    ['arn:aws:s3:::b/${aws:username}/*', 'bob/', 'none'],
    ['arn:aws:s3:::b/${aws:userid}/*', 'bob/', 'some'],
    ['arn:aws:s3:::b/x/${aws:userid}/*', 'bob/', 'none'],
    ['arn:aws:s3:::b/${*}/*', 'bob/', 'none'],
    ['arn:aws:s3:::b/${*}/*', '*/', 'all'],
  ])('%s below %j covers %s', (pattern, prefix, expected) => {
    expect(overlap(pattern, prefix)).toBe(expected)
  })

  it.each<[string, Overlap]>([
    ['arn:aws:s3:::b', 'all'],
    ['arn:aws:s3:::*', 'all'],
    ['arn:aws:s3:::b/*', 'none'],
    ['arn:aws:s3:::${aws:userid}', 'some'],
  ])('%s covers of the bucket itself %s', (pattern, expected) => {
    const set = { arn: 'arn:aws:s3:::b', isPrefix: false }
    expect(patternOverlap(pattern, set, { variables: true, context })).toBe(expected)
  })

  it('takes what looks like a variable for text where there are none', () => {
    const asked = { variables: false, context }
    expect(patternOverlap('arn:aws:s3:::b/${aws:username}/*', under('alice/'), asked)).toBe('none')
    expect(patternOverlap('arn:aws:s3:::b/${aws:username}/*', under('${aws:username}/x'), asked)).toBe('all')
  })

  it('agrees with the engine about every key of a small alphabet', () => {
    const random = randomFrom(7)
    const text = (characters: string, most: number) =>
      Array.from({ length: random(most + 1) }, () => characters.charAt(random(characters.length))).join('')
    const keys = ['']
    for (let at = 0; at < keys.length && keys.length < 400; at++)
      for (const next of 'ab/') keys.push(`${keys[at] ?? ''}${next}`)
    for (let round = 0; round < 3000; round++) {
      const pattern = `arn:aws:s3:::b/${text('ab/*?', 5)}`
      const prefix = text('ab/', 3)
      const compiled = compileResource(parseTemplate(pattern, { variables: true, wildcards: true }) ?? [])
      const matched = keys.filter((key) => matchesResource(compiled, `arn:aws:s3:::b/${prefix}${key}`, emptyContext))
      const told = overlap(pattern, prefix)
      if (told === 'none') expect(matched, `${pattern} below ${prefix}`).toEqual([])
      if (told === 'all') expect(matched, `${pattern} below ${prefix}`).toEqual(keys)
      // Every key is short enough for a pattern that reaches below the prefix.
      if (told === 'some') expect(matched.length, `${pattern} below ${prefix}`).toBeGreaterThan(0)
    }
  })
})
