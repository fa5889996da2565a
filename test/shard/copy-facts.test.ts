import { describe, expect, it } from 'vitest'
import { parseReadConditions } from '../../src/http/conditional.ts'
import { copyVerdict } from '../../src/shard/copy-facts.ts'
import type { CopyTerms, ObjectVersion } from '../../src/shard/rpc.ts'

const source: ObjectVersion = {
  seq: 1,
  etag: 'abc',
  size: 10,
  headers: { 'content-type': 'text/plain', 'x-amz-website-redirect-location': '/x' },
  tags: { team: 'a' },
  checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAAAA==' },
  storageClass: 'STANDARD_IA',
  owner: '1',
  versionId: 'null',
  modified: 784111777000,
  partsCount: 0,
}

const terms: CopyTerms = {
  conditions: null,
  headers: null,
  extraHeaders: {},
  tags: null,
  basis: null,
  mayCopyTags: true,
  storageClass: null,
  checksumAlgorithm: null,
  computed: null,
  owner: '2',
  sizeMax: 10,
}

/** The verdict on `source` under x-amz-copy-source-… conditions. */
function outcome(conditions: Record<string, string>) {
  const headers = Object.entries(conditions).map(([name, value]) => [`x-amz-copy-source-${name}`, value])
  const read = parseReadConditions(new Headers(headers as [string, string][]), 'x-amz-copy-source-')
  return copyVerdict(source, { ...terms, conditions: read })
}

describe('copyVerdict()', () => {
  it.each([
    [null, 'copy'],
    [{ owner: '1' }, 'copy'],
    [{ owner: '2' }, 'not-judged'],
    [{ seq: 1 }, 'copy'],
    [{ seq: 2 }, 'not-judged'],
  ])('judged by %j it is %s, before anything else is looked at', (basis, expected) => {
    expect(copyVerdict(source, { ...terms, basis }).outcome).toBe(expected)
    if (expected === 'not-judged') {
      expect(copyVerdict(source, { ...terms, basis, sizeMax: 0 }).outcome).toBe(expected)
    }
  })

  const before = 'Sat, 05 Nov 1994 08:49:37 GMT'
  const after = 'Mon, 07 Nov 1994 08:49:37 GMT'
  it.each([
    [{}],
    [{ 'if-match': '"abc"' }],
    [{ 'if-match': 'abc' }],
    [{ 'if-none-match': '"x"' }],
    [{ 'if-modified-since': before }],
    [{ 'if-unmodified-since': after }],
    [{ 'if-match': 'abc', 'if-unmodified-since': before }],
  ])('lets %j pass', (conditions) => {
    expect(outcome(conditions as Record<string, string>).outcome).toBe('copy')
  })
  it.each([
    [{ 'if-match': 'x' }, 'x-amz-copy-source-if-match'],
    [{ 'if-none-match': 'abc' }, 'x-amz-copy-source-if-none-match'],
    [{ 'if-none-match': 'abc', 'if-modified-since': before }, 'x-amz-copy-source-if-none-match'],
    [{ 'if-modified-since': after }, 'x-amz-copy-source-if-modified-since'],
    [{ 'if-unmodified-since': before }, 'x-amz-copy-source-if-unmodified-since'],
  ])('refuses %j', (conditions, condition) => {
    const expected = { outcome: 'precondition-failed', condition }
    expect(outcome(conditions as Record<string, string>)).toEqual(expected)
  })

  it('copies facts, but neither the redirect nor the storage class', () => {
    expect(copyVerdict(source, terms)).toEqual({
      outcome: 'copy',
      object: {
        etag: 'abc',
        size: 10,
        headers: { 'content-type': 'text/plain' },
        tags: { team: 'a' },
        checksum: source.checksum,
        storageClass: 'STANDARD',
        owner: '2',
      },
    })
  })

  it('replaces what the terms replace', () => {
    const replaced = copyVerdict(source, {
      ...terms,
      headers: { 'content-type': 'a/b' },
      extraHeaders: { 'x-amz-website-redirect-location': '/y' },
      tags: {},
      storageClass: 'GLACIER_IR',
      mayCopyTags: false,
    })
    expect(replaced).toMatchObject({
      object: {
        headers: { 'content-type': 'a/b', 'x-amz-website-redirect-location': '/y' },
        tags: {},
        storageClass: 'GLACIER_IR',
      },
    })
  })

  it.each([
    ['too-large', { sizeMax: 9 }],
    ['tags-forbidden', { mayCopyTags: false }],
    ['checksum-needed', { checksumAlgorithm: 'SHA256' as const }],
  ])('answers %s', (refusal, changed) => {
    expect(copyVerdict(source, { ...terms, ...changed })).toEqual({ outcome: refusal })
  })

  it('takes a checksum computed of exactly this source', () => {
    const checksum = { algorithm: 'SHA256', type: 'FULL_OBJECT', value: 'x' } as const
    const asked = { ...terms, checksumAlgorithm: 'SHA256' as const }
    const verdict = copyVerdict(source, { ...asked, computed: { etag: 'abc', checksum } })
    expect(verdict).toMatchObject({ object: { checksum } })
    const stale = copyVerdict(source, { ...asked, computed: { etag: 'other', checksum } })
    expect(stale.outcome).toBe('checksum-needed')
  })
})
