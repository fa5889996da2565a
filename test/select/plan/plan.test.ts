// What the planner makes of WHERE: its tree, what kernels take, and what readers may skip by.
import { describe, expect, it } from 'vitest'
import { bindQuery } from '../../../src/select/bind/bind-query.ts'
import type { Bound } from '../../../src/select/bind/bound.ts'
import { conditionOf } from '../../../src/select/plan/condition.ts'
import type { Condition } from '../../../src/select/plan/condition.ts'
import { hintsOf } from '../../../src/select/plan/hints.ts'
import { likeSegments } from '../../../src/select/plan/like-segments.ts'
import { shapeOf } from '../../../src/select/plan/shape.ts'
import { foldConstants } from '../../../src/select/scalar/fold-constants.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'

function whereOf(condition: string): Bound {
  const statement = parseStatement(`SELECT a FROM S3Object WHERE ${condition}`, 'extended')
  const { where } = bindQuery(statement, { names: ['a', 'b'], format: 'CSV', header: 'USE', dialect: 'extended' })
  return foldConstants(where ?? { op: 'literal', value: true })
}

/** The tree with the operators of its leaves. */
function outline(condition: Condition): string {
  if (condition.test !== 'leaf') return `${condition.test}(${condition.of.map(outline).join(', ')})`
  const { bound } = condition
  const negated = 'negated' in bound && bound.negated ? 'not ' : ''
  return bound.op === 'compare' ? bound.operator : `${negated}${bound.op}`
}

describe('conditionOf()', () => {
  it.each([
    [`a = 1 AND b < 2 AND a LIKE 'x'`, 'all(=, <, like)'],
    [`NOT (a = 1 AND b < 2)`, 'any(<>, >=)'],
    [`NOT (a = 1 OR NOT b IN (1, 2))`, 'all(<>, in)'],
    [`NOT (a IS NULL OR a BETWEEN 1 AND 2)`, 'all(not is, not between)'],
    [`NOT NOT a >= 1`, '>='],
    [`a = 1 AND (b = 2 OR b = 3)`, 'all(=, any(=, =))'],
    [`NOT CAST(a AS BOOL)`, 'not'],
  ])('%s', (where, expected) => {
    expect(outline(conditionOf(whereOf(where)))).toBe(expected)
  })
})

describe('shapeOf()', () => {
  it.each([
    [`a = 'x'`, 'equal'],
    [`'x' < a`, 'texts'],
    [`a BETWEEN 'a' AND 'b'`, 'texts'],
    [`a IN ('x', 'y')`, 'text-set'],
    [`a NOT IN ('x')`, 'equal'],
    [`a NOT IN ('x', NULL)`, null],
    [`a > -5`, 'numbers'],
    [`CAST(a AS INT) <> 7`, 'numbers'],
    [`CAST(a AS FLOAT) BETWEEN 1 AND 1e3`, 'numbers'],
    [`a IN (1, 2.5)`, 'number-list'],
    [`a IN (1, 'x')`, null],
    [`a LIKE 'x%'`, 'like'],
    [`a LIKE b`, null],
    [`a IS NOT MISSING`, 'kinds'],
    [`a = b`, null],
    [`CHAR_LENGTH(a) = 3`, null],
    [`CAST(a AS TIMESTAMP) = 3`, null],
    [`1 = 1`, 'constant'],
  ])('%s is %s', (where, expected) => {
    expect(shapeOf(whereOf(where))?.shape ?? null).toBe(expected)
  })
})

describe('likeSegments()', () => {
  it('splits at percent signs and marks wildcards', () => {
    const shape = likeSegments('ab%c_é%', null)
    expect(shape).toMatchObject({ openStart: false, openEnd: true })
    expect(shape?.segments.map(({ bytes }) => [...bytes])).toEqual([
      [0x61, 0x62],
      [0x63, 0xff, 0xc3, 0xa9],
    ])
    expect(shape?.segments.map(({ codePoints, wildcard }) => [codePoints, wildcard])).toEqual([
      [2, false],
      [3, true],
    ])
  })

  it('knows the pattern without a percent sign, and leaves long ones', () => {
    expect(likeSegments('ab', null)).toMatchObject({ openStart: false, openEnd: false })
    expect(likeSegments(`%${'x'.repeat(200)}%`, null)).toBeNull()
    expect(() => likeSegments('a!b', '!')).toThrow('LIKE')
  })
})

const literals = (where: string, textOnly = true) =>
  hintsOf(whereOf(where), { textOnly }).flatMap((hint) =>
    hint.hint === 'literal' ? [new TextDecoder().decode(hint.bytes)] : [],
  )
const conditions = (where: string) =>
  hintsOf(whereOf(where), { textOnly: false }).filter(({ hint }) => hint === 'condition').length

describe('hintsOf()', () => {
  it.each([
    [`a = 'Oslo'`, ['Oslo']],
    [`a = 'ab'`, []],
    [`a IN ('Oslo')`, ['Oslo']],
    [`a LIKE '%ab%longer_x%'`, ['longer']],
    [`a LIKE 'abc%' AND b = 'defg'`, ['abc', 'defg']],
    [`a = 'Oslo' OR b = 'Rome'`, []],
    [`NOT a = 'Oslo'`, []],
    [`a NOT LIKE '%Oslo%'`, []],
    [`CAST(b AS INT) > 5 AND a = 'Oslo'`, []],
    [`a = 'Oslo' AND CAST(b AS INT) > 5 AND b = 'never'`, ['Oslo']],
  ])('%s needs %j', (where, expected) => {
    expect(literals(where)).toEqual(expected)
  })

  it('knows that numbers are written in many ways', () => {
    expect(literals(`a = '12345'`)).toEqual(['12345'])
    expect(literals(`a = '12345'`, false)).toEqual([])
  })

  it('gives conditions that cannot fail, up to the first conjunct that can', () => {
    expect(conditions(`a = 'x' AND b > 5`)).toBe(2)
    expect(conditions(`a = 'x' AND CAST(b AS INT) > 5 AND b < 7`)).toBe(1)
    expect(conditions(`(a = 'x' OR NOT b = 'y') AND b < 7`)).toBe(2)
    expect(conditions(`a = 'x' OR CAST(b AS INT) = 1`)).toBe(0)
  })
})
