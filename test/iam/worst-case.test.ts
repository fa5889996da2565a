// The worst that may be stored, against the longest key: time is bounded whatever the policy says.
import { describe, expect, it } from 'vitest'
import { compilePolicy } from '../../src/iam/compile.ts'
import { evaluate } from '../../src/iam/evaluate.ts'
import { noPolicies, type CompiledPolicy } from '../../src/iam/policy.ts'
import { contextOf } from '../support/policy-fixtures.ts'
import { principalFrom } from '../support/policy-principals.ts'

const policyBytes = 20_480
const key = 'a'.repeat(1024)
const resource = `arn:aws:s3:::photos/${key}`

/** A bucket policy of 20 KB with as many of these resources, or values of a condition, as fit. */
function filled(pattern: string, place: 'Resource' | 'StringLike' | 'ArnLike'): string {
  const build = (patterns: string[]): string => {
    const isResource = place === 'Resource'
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: isResource ? patterns : 'arn:aws:s3:::photos/*',
      ...(isResource ? {} : { Condition: { [place]: { 'aws:UserAgent': patterns } } }),
    }
    return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  }
  const patterns: string[] = []
  while (build([...patterns, `${pattern}${patterns.length}`]).length <= policyBytes)
    patterns.push(`${pattern}${patterns.length}`)
  expect(patterns.length).toBeGreaterThan(0)
  return build(patterns)
}

function compile(text: string): CompiledPolicy {
  const result = compilePolicy(text, 'resource')
  if (result.outcome === 'malformed') throw new Error(JSON.stringify(result.problems[0]))
  return result.policy
}

/** The least of three runs, in milliseconds: the machine may be busy with something else. */
function millisecondsOf(work: () => void): number {
  const runs = Array.from({ length: 3 }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...runs)
}

describe('the worst policy of 20 KB', () => {
  const worst: [title: string, pattern: string, place: 'Resource' | 'StringLike' | 'ArnLike'][] = [
    ['stars between letters', `arn:aws:s3:::photos/${'*a'.repeat(500)}*b`, 'Resource'],
    ['few long ones', `arn:aws:s3:::photos/${'*a'.repeat(9_000)}`, 'Resource'],
    ['many short ones', 'arn:aws:s3:::photos/*a*a*a*b', 'Resource'],
    ['question marks after stars', `arn:aws:s3:::photos/${'*?'.repeat(400)}b`, 'Resource'],
    ['long pieces with question marks', `arn:aws:s3:::photos/${`*${'a?'.repeat(100)}`.repeat(4)}b`, 'Resource'],
    ['pieces half the length of the key', `arn:aws:s3:::photos/*${'a'.repeat(500)}b*`, 'Resource'],
    ['variables filled with letters', `arn:aws:s3:::photos/${'*${aws:username}'.repeat(60)}*b`, 'Resource'],
    ['values', `${'*a'.repeat(500)}*b`, 'StringLike'],
    ['values with variables', `${'*${aws:username}'.repeat(60)}*b`, 'StringLike'],
    ['ARNs', `arn:aws:s3:::${'*a'.repeat(500)}*b`, 'ArnLike'],
  ]
  const context = contextOf({ 'aws:username': ['aa'], 'aws:useragent': [resource] })
  for (const [title, pattern, place] of worst) {
    it(`${title}: at most 100 ms`, () => {
      const resourcePolicy = { name: 'p', policy: compile(filled(pattern, place)) }
      const decide = (): void => {
        const decision = evaluate({
          principal: principalFrom('anonymous'),
          action: 's3:GetObject',
          resource,
          resourceAccountId: '111111111111',
          context,
          policies: noPolicies,
          resourcePolicy,
          acl: null,
        })
        expect(decision).toMatchObject({ allowed: false, denial: 'implicit' })
      }
      expect(millisecondsOf(decide)).toBeLessThan(100)
    })
  }

  it('wildcards before the resource: at most 100 ms', () => {
    const pattern = `arn:aws:s3:*:*${'*a'.repeat(500)}*b`
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: Array.from({ length: 19 }, () => pattern) }],
    })
    const result = compilePolicy(text, 'identity')
    expect(result.outcome).toBe('compiled')
    const identity = result.outcome === 'compiled' ? [{ name: 'p', policy: result.policy }] : []
    const decide = (): void => {
      const principal = principalFrom('arn:aws:iam::111111111111:user/u')
      const decision = evaluate({
        principal,
        action: 's3:GetObject',
        resource,
        resourceAccountId: null,
        context,
        policies: { ...noPolicies, identity },
        resourcePolicy: null,
        acl: null,
      })
      expect(decision).toMatchObject({ allowed: false, denial: 'implicit' })
    }
    expect(millisecondsOf(decide)).toBeLessThan(100)
  })
})

describe('compilePolicy() on what is made to be slow', () => {
  const texts: [title: string, text: string][] = [
    ['deep nesting', `{"Statement":${'['.repeat(120_000)}`],
    ['many statements', `{"Version":"2012-10-17","Statement":[${'{},'.repeat(40_000)}{}]}`],
    ['many names', `{${Array.from({ length: 10_000 }, (_, index) => `"n${index}":1`).join(',')}}`],
    ['one name over and over', `{${'"a":1,'.repeat(20_000)}"a":1}`],
    [
      'variables without end',
      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${'${'.repeat(60_000)}"}}`,
    ],
    [
      'spaces in a variable',
      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::\${a,${' '.repeat(120_000)}"}}`,
    ],
    [
      'a long number',
      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a":0.${'1'.repeat(120_000)}}}}}`,
    ],
    [
      'a long address',
      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"${'1:'.repeat(60_000)}"}}}}`,
    ],
    [
      'a long name of a principal',
      `{"Statement":{"Effect":"Allow","Principal":{"Service":"${'a.'.repeat(60_000)}"},"Action":"s3:*","Resource":"arn:aws:s3:::b"}}`,
    ],
    ['more than any policy', `{"Statement":"${'a'.repeat(10_000_000)}"}`],
  ]
  for (const [title, text] of texts) {
    for (const use of ['identity', 'resource', 'trust'] as const) {
      it(`${title} for ${use}: at most 300 ms`, () => {
        expect(millisecondsOf(() => compilePolicy(text, use))).toBeLessThan(300)
      })
    }
  }
})
