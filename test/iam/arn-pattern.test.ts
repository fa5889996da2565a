import { describe, expect, it } from 'vitest'
import { arnParts, compileArn, compileResource, matchesArn, matchesResource } from '../../src/iam/arn-pattern.ts'
import { parseTemplate } from '../../src/iam/variables.ts'
import { contextOf } from '../support/policy-fixtures.ts'

const context = contextOf({ 'aws:username': ['alice'], 'aws:x': ['a:b'], 'aws:many': ['a', 'b'] })

function tokens(pattern: string) {
  return parseTemplate(pattern, { variables: true, wildcards: true })!
}

describe('matchesResource()', () => {
  const table: [pattern: string, resource: string, matches: boolean][] = [
    ['*', '*', true],
    ['*', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/a:b', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::b/', 'arn:aws:s3:::b/', true],
    ['arn:*:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:a*s:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:a*3:::b', 'arn:aws:s3:::b', false],
    ['arn:a?s:s3:::b', 'arn:aws:s3:::b', true],
    ['arn?aws:s3:::b', 'arn:aws:s3:::b', false],
    ['arn:*', 'arn:aws:s3:::b/k', true],
    ['arn:**:b', 'arn:aws:s3:::b', true],
    ['arn:aws:iam::*:user/*', 'arn:aws:iam::1:user/a/b', true],
    ['arn:aws:iam::*:user/*', 'arn:aws:iam::1:role/x:user/y', true],
    ['arn:aws:iam::1*1:user/*', 'arn:aws:iam::1:role/1:user/y', false],
    ['arn:aws:s3:::b/${aws:username}/*', 'arn:aws:s3:::b/alice/k', true],
    ['arn:aws:s3:::b/${aws:username}/*', 'arn:aws:s3:::b/bob/k', false],
    ['arn:aws:s3:::b/${aws:none}/*', 'arn:aws:s3:::b/${aws:none}/k', false],
    ["arn:aws:s3:::b/${aws:none, 'n'}/*", 'arn:aws:s3:::b/n/k', true],
    ['arn:aws:s3:::b/${aws:many}', 'arn:aws:s3:::b/a', false],
    ["arn:aws:s3:::b/${aws:many, 'a'}", 'arn:aws:s3:::b/a', false],
    ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::1:user/alice', true],
    ['arn:aws:s3:::b/${aws:x}', 'arn:aws:s3:::b/a:b', true],
  ]
  for (const [pattern, resource, matches] of table) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${resource}`, () => {
      expect(matchesResource(compileResource(tokens(pattern)), resource, context)).toBe(matches)
    })
  }
})

describe('matchesResource() with variables', () => {
  it('fills them in for each request', () => {
    const pattern = compileResource(tokens("arn:aws:s3:::b/${u}/${v, 'd'}/*"))
    const answers = [
      [{ u: ['x'], v: ['y'] }, 'x/y/k'],
      [{ u: ['z'], v: ['y'] }, 'x/y/k'],
      [{ u: ['z'], v: ['y'] }, 'z/y/k'],
      [{ u: ['z'] }, 'z/y/k'],
      [{ u: ['z'] }, 'z/d/k'],
      [{}, 'z/d/k'],
      [{ u: ['z/d'] }, 'z/d/k'],
      [{ u: ['*'] }, 'z/d/k'],
      [{ u: ['z'] }, 'z/d/k'],
    ].map(([values, key]) =>
      matchesResource(pattern, `arn:aws:s3:::b/${key as string}`, contextOf(values as Record<string, string[]>)),
    )
    expect(answers).toEqual([true, false, true, false, true, false, false, false, true])
  })
})

describe('matchesArn()', () => {
  const table: [pattern: string, arn: string, matches: boolean][] = [
    ['*', 'arn:aws:s3:::b', true],
    ['*', 'b', false],
    ['arn:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:*:*:*:*:*', 'arn:aws:iam::1:user/a:b', true],
    ['arn:*', 'arn:aws:s3:::b', false],
    ['arn:aws:iam::*:user/x', 'arn:aws:iam::1:role/r:user/x', false],
    ['arn:aws:iam::1:user/${aws:username}', 'arn:aws:iam::1:user/alice', true],
    ['arn:aws:iam::1:user/${aws:none}', 'arn:aws:iam::1:user/alice', false],
    ['arn:aws:iam::${aws:x}:user/x', 'arn:aws:iam::a:b:user/x', false],
    ['arn:aws:sns:${aws:x}:1:t', 'arn:aws:sns:a:b:1:t', false],
  ]
  for (const [pattern, arn, matches] of table) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${arn}`, () => {
      const compiled = compileArn(tokens(pattern))
      expect(compiled !== null && matchesArn(compiled, arn, context)).toBe(matches)
    })
  }
})

describe('arnParts()', () => {
  it('keeps the colons of the resource', () => {
    expect(arnParts('arn:aws:s3:::b/k:v:w')).toEqual(['arn', 'aws', 's3', '', '', 'b/k:v:w'])
  })
  it('is null for what has fewer parts', () => {
    expect(arnParts('arn:aws:s3::b')).toBeNull()
    expect(arnParts('')).toBeNull()
  })
})
