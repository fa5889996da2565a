import { describe, expect, it } from 'vitest'
import { tokenTags } from '../../../src/identity/oidc/token-tags.ts'

const claim = 'https://aws.amazon.com/tags'

describe('tokenTags()', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['nothing', { sub: 'x' }, { tags: [], transitiveTagKeys: [], sourceIdentity: null }],
    [
      'tags in one claim',
      { [claim]: { principal_tags: { Project: ['Automation'], Team: 'a' }, transitive_tag_keys: ['Project'] } },
      {
        tags: [
          ['Project', 'Automation'],
          ['Team', 'a'],
        ],
        transitiveTagKeys: ['Project'],
        sourceIdentity: null,
      },
    ],
    [
      'tags in claims of their own',
      { [`${claim}/principal_tags/Project`]: ['x'], [`${claim}/transitive_tag_keys`]: ['Project'] },
      { tags: [['Project', 'x']], transitiveTagKeys: ['Project'], sourceIdentity: null },
    ],
    [
      'a source identity',
      { 'https://aws.amazon.com/source_identity': 'alice' },
      { tags: [], transitiveTagKeys: [], sourceIdentity: 'alice' },
    ],
  ])('reads %s', (_name, claims, found) => {
    expect(tokenTags(claims)).toEqual({ outcome: 'read', found })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['tags that are a text', { [claim]: 'x' }, claim],
    ['tags in a list', { [claim]: { principal_tags: ['x'] } }, claim],
    ['a tag with two values', { [claim]: { principal_tags: { a: ['x', 'y'] } } }, claim],
    ['a tag without a value', { [claim]: { principal_tags: { a: [] } } }, claim],
    ['a tag that is a number', { [claim]: { principal_tags: { a: [1] } } }, claim],
    ['transitive keys that are a text', { [claim]: { transitive_tag_keys: 'a' } }, claim],
    [
      'a source identity that is none',
      { 'https://aws.amazon.com/source_identity': 1 },
      'https://aws.amazon.com/source_identity',
    ],
  ])('refuses %s', (_name, claims, name) => {
    expect(tokenTags(claims)).toEqual({ outcome: 'refused', problem: { problem: 'claim-malformed', claim: name } })
  })
})
