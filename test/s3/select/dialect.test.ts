import { describe, expect, it } from 'vitest'
import { bucketDialect, deploymentDialect, requestedDialect } from '../../../src/s3/select/dialect.ts'

describe('the dialect of a query', () => {
  it.each([
    [{}, null],
    [{ 'x-edgeshard-select-dialect': '' }, null],
    [{ 'x-edgeshard-select-dialect': 'AWS' }, 'aws'],
    [{ 'x-edgeshard-select-dialect': 'lenient' }, 'lenient'],
  ])('by the headers %j is %s', (headers, expected) => {
    expect(requestedDialect(new Headers(headers))).toBe(expected)
  })

  it('is InvalidArgument where the header names none there is', () => {
    const headers = new Headers({ 'x-edgeshard-select-dialect': 'mysql' })
    expect(() => requestedDialect(headers)).toThrow('must be aws, lenient or extended')
  })

  it('is what the bucket’s configuration says, where it says something', () => {
    expect(bucketDialect({ configs: {} })).toBeNull()
    expect(bucketDialect({ configs: { select: '{"dialect":"lenient"}' } })).toBe('lenient')
  })

  it('is extended where the deployment says nothing', () => {
    expect([undefined, '', 'aws'].map(deploymentDialect)).toEqual(['extended', 'extended', 'aws'])
  })
})
