import { describe, expect, it } from 'vitest'
import { QueryParameters } from '../../src/identity/parameters.ts'

describe('QueryParameters', () => {
  const parameters = new QueryParameters(
    'Action=X&Action=Y&Empty=&Space=a+b%20c&Names.member.1=a&Names.member.2=&Names.member.4=d' +
      '&Tags.member.2.Key=k2&Tags.member.1.Value=v1&Tags.member.1.Key=k1&Tags.member.10.Key=k10&Tags.member.x=y' +
      '&Entries.member.1.Values.member.1=v1&Entries.member.1.Values.member.2=v2',
  )

  it('has the first value of a name', () => {
    expect(parameters.optional('Action')).toBe('X')
    expect(parameters.optional('Space')).toBe('a b c')
    expect(parameters.optional('Empty')).toBe('')
    expect(parameters.optional('None')).toBeNull()
  })

  it.each(['None', 'Empty'])('refuses where %s is required', (name) => {
    const member = name.toLowerCase()
    expect(() => parameters.required(name)).toThrow(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  })

  it('reads lists up to the first number that is missing', () => {
    expect(parameters.list('Names')).toEqual(['a', ''])
    expect(parameters.list('None')).toEqual([])
  })

  it('reads structures in the order of their numbers, and lists in them', () => {
    const tags = parameters.structures('Tags').map((tag) => [tag.optional('Key'), tag.optional('Value')])
    expect(tags).toEqual([
      ['k1', 'v1'],
      ['k2', null],
    ])
    expect(parameters.structures('Entries').map((entry) => entry.list('Values'))).toEqual([['v1', 'v2']])
  })

  it('reads many structures in one pass', () => {
    const many = Array.from({ length: 6000 }, (_, index) => `Tags.member.${index + 1}.Key=k`).join('&')
    const start = performance.now()
    expect(new QueryParameters(many).structures('Tags')).toHaveLength(6000)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
