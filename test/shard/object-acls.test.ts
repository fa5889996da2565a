// What a shard keeps of an object's access control list, and tells of it to those who decide.
import { describe, expect, it } from 'vitest'
import type { Acl } from '../../src/iam/acl.ts'
import type { Basis } from '../../src/iam/basis.ts'
import type { CopyTerms, ObjectFacts, PutCommand, UploadFacts } from '../../src/shard/rpc.ts'
import { startShard, type MemoryShard } from '../support/memory-shard.ts'

const publicRead: Acl = [{ grantee: { group: 'AllUsers' }, permission: 'READ' }]
const forOther: Acl = [{ grantee: { canonicalId: 'c'.repeat(64) }, permission: 'FULL_CONTROL' }]

let writes = 0
const write = (key: string) => ({
  bucketId: 'b',
  catalog: 'CATALOG_0',
  writeId: `w${writes++}`,
  versioning: 'enabled' as const,
  key,
})

const plain: ObjectFacts = {
  etag: 'e'.repeat(32),
  size: 1,
  headers: {},
  tags: { team: 'a' },
  checksum: null,
  storageClass: 'STANDARD',
  owner: '1',
}

function put({ writes: shard }: MemoryShard, key: string, more: Partial<PutCommand> & { acl?: Acl } = {}): string {
  const { acl, ...command } = more
  const object = acl === undefined ? plain : { ...plain, acl }
  const content = { kind: 'inline' as const, bytes: new Uint8Array(1) }
  const { outcome } = shard.put({ ...write(key), conditions: null, object, content, ...command })
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome)
  return outcome.versionId
}

const factsOf = ({ reads }: MemoryShard, key: string, versionId: string | null = null) =>
  reads.facts({ key, versionId })
const aclOf = (shard: MemoryShard, key: string, versionId: string | null = null) => {
  const facts = factsOf(shard, key, versionId)
  return facts.outcome === 'found' ? facts.acl : facts.outcome
}

/** setAcl on the version that is there now. */
function setAcl(shard: MemoryShard, key: string, acl: Acl | null, versionId: string | null = null) {
  const facts = factsOf(shard, key, versionId)
  const seq = facts.outcome === 'found' ? facts.seq : 0
  return shard.writes.setAcl({ ...write(key), versionId, acl, seq })
}

describe('the facts of an object', () => {
  it('are its owner, list, tags and version', () => {
    const shard = startShard()
    const versionId = put(shard, 'k', { acl: publicRead })
    const found = { outcome: 'found', owner: '1', acl: publicRead, tags: { team: 'a' }, versionId, seq: 1 }
    expect(factsOf(shard, 'k')).toEqual(found)
    expect(factsOf(shard, 'k', versionId)).toEqual(found)
  })

  it('have no list where none was given', () => {
    const shard = startShard()
    put(shard, 'k')
    expect(aclOf(shard, 'k')).toBeNull()
    const { facts } = shard.state.sql.exec<{ facts: string }>('SELECT facts FROM versions').one()
    expect(facts).not.toContain('acl')
  })

  it('say what is not there', () => {
    const shard = startShard()
    expect(factsOf(shard, 'k')).toEqual({ outcome: 'missing' })
    expect(factsOf(shard, 'k', 'nonsense')).toEqual({ outcome: 'no-such-version' })
    put(shard, 'k')
    const gone = shard.writes.delete({ ...write('k'), versionId: null, conditions: null })
    const marker = { outcome: 'delete-marker', modified: 1000 }
    const versionId = gone.outcome.outcome === 'deleted' ? gone.outcome.versionId : null
    expect(factsOf(shard, 'k')).toEqual({ ...marker, versionId, named: false })
    expect(factsOf(shard, 'k', versionId)).toEqual({ ...marker, versionId, named: true })
  })
})

describe('setAcl', () => {
  it('changes one version and nothing else of it', () => {
    const shard = startShard()
    const first = put(shard, 'k')
    const second = put(shard, 'k', { acl: forOther })
    expect(setAcl(shard, 'k', publicRead, first)).toEqual({ outcome: 'written', versionId: first })
    expect(aclOf(shard, 'k', first)).toEqual(publicRead)
    expect(aclOf(shard, 'k', second)).toEqual(forOther)
    expect(setAcl(shard, 'k', null)).toEqual({ outcome: 'written', versionId: second })
    expect(factsOf(shard, 'k')).toMatchObject({ acl: null, owner: '1', tags: { team: 'a' } })
    const { facts } = shard.state.sql.exec<{ facts: string }>('SELECT facts FROM versions WHERE seq = 2').one()
    expect(facts).not.toContain('acl')
  })

  it('leaves a version alone that has taken the place of the one meant', () => {
    const shard = startShard()
    put(shard, 'k', { versioning: 'unversioned' })
    const before = factsOf(shard, 'k')
    put(shard, 'k', { versioning: 'unversioned' })
    const seq = before.outcome === 'found' ? before.seq : 0
    expect(shard.writes.setAcl({ ...write('k'), versionId: null, acl: publicRead, seq })).toEqual({
      outcome: 'changed',
    })
    expect(aclOf(shard, 'k')).toBeNull()
  })

  it('finds nothing where nothing is', () => {
    expect(setAcl(startShard(), 'k', null)).toEqual({ outcome: 'missing' })
    expect(setAcl(startShard(), 'k', null, 'nonsense')).toEqual({ outcome: 'no-such-version' })
  })
})

describe('setTags()', () => {
  it.each<[Basis, string]>([
    [null, 'written'],
    [{ owner: '1' }, 'written'],
    [{ owner: '2' }, 'changed'],
    [{ seq: 1 }, 'written'],
    [{ seq: 2 }, 'changed'],
  ])('by a decision that rests on %j: %s', (basis, outcome) => {
    const shard = startShard()
    put(shard, 'k')
    const tags = { a: 'b' }
    expect(shard.writes.setTags({ ...write('k'), versionId: null, tags, basis })).toMatchObject({ outcome })
    expect(factsOf(shard, 'k')).toMatchObject({ seq: 1, tags: outcome === 'written' ? tags : plain.tags })
  })
})

describe('a list stays', () => {
  it('when tags change', () => {
    const shard = startShard()
    put(shard, 'k', { acl: publicRead })
    shard.writes.setTags({ ...write('k'), versionId: null, tags: null, basis: null })
    expect(factsOf(shard, 'k')).toMatchObject({ acl: publicRead, tags: {} })
  })

  it('when the object is appended to, whatever the append asks for', () => {
    const shard = startShard()
    put(shard, 'k', { acl: publicRead })
    put(shard, 'k', { acl: forOther, appendAt: 1 })
    expect(aclOf(shard, 'k')).toEqual(publicRead)
  })

  it('when the object is renamed', () => {
    const shard = startShard()
    put(shard, 'k', { acl: publicRead })
    shard.copies.rename({ ...write('new'), sourceKey: 'k', conditions: null, sourceConditions: null })
    expect(aclOf(shard, 'new')).toEqual(publicRead)
  })
})

describe('a list comes', () => {
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

  it.each<[string, Acl | undefined]>([
    ['from the copy and not from its source', forOther],
    ['to no copy that asks for none', undefined],
  ])('%s', (_, acl) => {
    const shard = startShard()
    put(shard, 'k', { acl: publicRead })
    shard.copies.copyWithin({
      ...write('copy'),
      conditions: null,
      sourceKey: 'k',
      sourceVersionId: null,
      terms: acl === undefined ? terms : { ...terms, acl },
    })
    expect(factsOf(shard, 'copy')).toMatchObject({ outcome: 'found', owner: '2', acl: acl ?? null })
    expect(aclOf(shard, 'k')).toEqual(publicRead)
  })

  it.each<[string, Acl | undefined]>([
    ['from the upload to the object completed from it', publicRead],
    ['to no object whose upload had none', undefined],
  ])('%s', async (_, acl) => {
    const shard = startShard()
    const upload: UploadFacts = {
      uploadId: 'u',
      key: 'k',
      initiated: 1,
      headers: {},
      tags: {},
      checksumAlgorithm: null,
      checksumType: null,
      storageClass: 'STANDARD',
      owner: '1',
      ...(acl !== undefined && { acl }),
    }
    const { multipart } = shard
    multipart.create({ ...write('k'), upload })
    const etag = 'e'.repeat(32)
    const part = { partNumber: 1, etag, size: 1, modified: 0, checksum: null }
    const content = { kind: 'inline' as const, bytes: new Uint8Array(1) }
    multipart.putPart({ ...write('k'), uploadId: 'u', part, content })
    const command = {
      ...write('k'),
      uploadId: 'u',
      conditions: null,
      parts: [{ partNumber: 1, etag, checksum: null }],
      objectSize: null,
      checksum: null,
      checksumType: null,
    }
    const assembly = await multipart.assemble(command)
    if ('outcome' in assembly) throw new Error(assembly.outcome)
    multipart.complete(command, assembly)
    expect(aclOf(shard, 'k')).toEqual(acl ?? null)
  })
})
