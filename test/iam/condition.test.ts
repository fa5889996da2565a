import { describe, expect, it } from 'vitest'
import { compileCondition, holds } from '../../src/iam/condition.ts'
import { operatorNames, parseOperator } from '../../src/iam/condition-operators.ts'
import { contextOf } from '../support/policy-fixtures.ts'

function check(
  operator: string,
  values: string[],
  found: string[] | null,
  more: Record<string, string[]> = {},
): boolean {
  const context = contextOf({ ...(found === null ? {} : { k: found }), ...more })
  const { condition } = compileCondition({ operator: parseOperator(operator)!, key: 'K', values }, { variables: true })
  return holds(condition, context)
}

/** For each operator a value of the policy, one that matches it and one that does not. */
const samples: Record<string, [policy: string, match: string, other: string]> = {
  StringEquals: ['a', 'a', 'b'],
  StringEqualsIgnoreCase: ['a', 'A', 'b'],
  StringLike: ['a*', 'ab', 'b'],
  NumericEquals: ['1', '1.0', '2'],
  NumericLessThan: ['5', '4', '5'],
  NumericLessThanEquals: ['5', '5', '6'],
  NumericGreaterThan: ['5', '6', '5'],
  NumericGreaterThanEquals: ['5', '5', '4'],
  DateEquals: ['2026-01-01', '2026-01-01T00:00Z', '2027'],
  DateLessThan: ['2026-01-01', '2025', '2026'],
  DateLessThanEquals: ['2026-01-01', '2026', '2027'],
  DateGreaterThan: ['2026-01-01', '2027', '2026'],
  DateGreaterThanEquals: ['2026-01-01', '2026', '2025'],
  Bool: ['true', 'TRUE', 'false'],
  BinaryEquals: ['QQ==', 'QR==', 'Qg=='],
  IpAddress: ['10.0.0.0/8', '10.1.1.1', '11.1.1.1'],
  ArnEquals: ['arn:aws:s3:::a*', 'arn:aws:s3:::ab', 'arn:aws:s3:::b'],
  ArnLike: ['arn:aws:s3:::a*', 'arn:aws:s3:::ab', 'arn:aws:s3:::b'],
}

const positives: Record<string, string> = {
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
}
const sets: ('' | 'ForAllValues:' | 'ForAnyValue:')[] = ['', 'ForAllValues:', 'ForAnyValue:']

describe('holds()', () => {
  for (const name of operatorNames.filter((candidate) => candidate !== 'Null')) {
    const positive = positives[name] ?? name.replace('Not', '')
    const isNegated = positive !== name
    const [policy, match, other] = samples[positive]!
    for (const set of sets) {
      describe(`${set}${name}`, () => {
        const full = `${set}${name}`
        it('with one value', () => {
          expect(check(full, [policy], [match])).toBe(!isNegated)
          expect(check(full, [policy], [other])).toBe(isNegated)
        })
        it('with alternatives in the policy', () => {
          expect(
            check(
              full,
              ['?', policy].filter((value) => value !== '?' || positive.startsWith('String')),
              [match],
            ),
          ).toBe(!isNegated)
        })
        it('with several values in the request', () => {
          const someOf = check(full, [policy], [match, other])
          expect(someOf).toBe(set === 'ForAnyValue:' || (set === '' && !isNegated))
          expect(check(full, [policy], [other, other])).toBe(isNegated)
          expect(check(full, [policy], [match, match])).toBe(!isNegated)
        })
        it('without the key', () => {
          const expected = set === '' ? isNegated : set === 'ForAllValues:'
          expect(check(full, [policy], null)).toBe(expected)
          expect(check(full, [policy], [])).toBe(expected)
          expect(check(`${full}IfExists`, [policy], null)).toBe(true)
          expect(check(`${full}IfExists`, [policy], [])).toBe(true)
        })
        it('with IfExists and the key', () => {
          expect(check(`${full}IfExists`, [policy], [match])).toBe(!isNegated)
          expect(check(`${full}IfExists`, [policy], [other])).toBe(isNegated)
        })
        it('with a value that is none of its kind, or empty', () => {
          if (!positive.startsWith('String')) expect(check(full, [policy], ['?!'])).toBe(isNegated)
          expect(check(full, [policy], [''])).toBe(isNegated)
        })
        it('with no values in the policy', () => {
          expect(check(full, [], [match])).toBe(isNegated)
        })
      })
    }
  }

  it('Null', () => {
    expect([check('Null', ['true'], null), check('Null', ['true'], []), check('Null', ['true'], ['x'])]).toEqual([
      true,
      true,
      false,
    ])
    expect([
      check('Null', ['FALSE'], null),
      check('Null', ['false'], ['']),
      check('Null', ['false', 'true'], null),
    ]).toEqual([false, true, true])
    expect(check('ForAllValues:Null', ['true'], null)).toBe(true)
    expect(check('Null', ['maybe'], null)).toBe(false)
  })

  it('fills in variables of strings, ARNs and booleans, and of nothing else', () => {
    const v = { 'aws:v': ['a*'], 'aws:t': ['true'], 'aws:n': ['5'] }
    expect(check('StringEquals', ['x${aws:v}'], ['xa*'], v)).toBe(true)
    expect(check('StringEqualsIgnoreCase', ['X${aws:v}'], ['xA*'], v)).toBe(true)
    expect(check('StringLike', ['${aws:v}*'], ['ab'], v)).toBe(false)
    expect(check('StringLike', ['${aws:v}?'], ['a*b'], v)).toBe(true)
    expect(check('ArnLike', ['arn:aws:s3:::${aws:v}'], ['arn:aws:s3:::a*'], v)).toBe(true)
    expect(check('Bool', ['${aws:t}'], ['TRUE'], v)).toBe(true)
    expect(check('NumericEquals', ['${aws:n}'], ['5'], v)).toBe(false)
  })

  it('takes literal and filled-in values as alternatives', () => {
    expect(check('StringEquals', ['b', '${aws:v}'], ['b'])).toBe(true)
    expect(check('StringNotEquals', ['b', '${aws:v}'], ['a'], { 'aws:v': ['a'] })).toBe(false)
  })

  it('asks for keys in lower case', () => {
    const asked: string[] = []
    const { condition } = compileCondition(
      { operator: parseOperator('StringEquals')!, key: 'AWS:PrincipalTag/Team', values: ['${S3:Prefix}'] },
      { variables: true },
    )
    holds(condition, { get: (key) => (asked.push(key), ['x']) })
    expect(asked).toEqual(['aws:principaltag/team', 's3:prefix'])
  })
})

describe('parseOperator()', () => {
  for (const name of [
    '',
    'stringEquals',
    'StringEqual',
    'Stringequals',
    'NullIfExists',
    'ForAnyValue::StringEquals',
    'ForAnyValue:',
    'forAllValues:StringEquals',
    'ForAllValues:ForAnyValue:StringEquals',
    'StringEqualsIfExistsIfExists',
    'IfExists',
    'constructor',
    '__proto__',
    'toString',
    'NotString',
  ]) {
    it(`refuses ${JSON.stringify(name)}`, () => expect(parseOperator(name)).toBeNull())
  }
})
