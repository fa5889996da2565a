// A random history of writes against a naive model: the shard, and the catalogue its mutations build, agree with it.
import { describe, expect, it } from 'vitest'
import { upgradeSchema } from '../../src/shard/schema.ts'
import { Sequence } from '../../src/shard/sequence.ts'
import type { ObjectFacts, Versioning } from '../../src/shard/rpc.ts'
import type { ShardState, Versions } from '../../src/shard/versions.ts'
import type { CatalogueMutation, CatalogueRow } from '../../src/store/tables/catalogue.ts'
import { startShard } from '../support/memory-shard.ts'
import { memoryStorage } from '../support/sql-storage.ts'
import { randomFrom } from '../support/random.ts'

/** The catalogue's rows as its documentation says mutations change them. */
class CatalogueModel {
  readonly objects = new Map<string, CatalogueRow>()
  readonly versions = new Map<string, Map<number, CatalogueRow>>()

  apply(mutation: CatalogueMutation): void {
    if (mutation.object === null) this.objects.delete(mutation.key)
    else if (mutation.object !== undefined) this.objects.set(mutation.key, mutation.object)
    const rows = this.versions.get(mutation.key) ?? new Map<number, CatalogueRow>()
    for (const row of mutation.versions ?? []) rows.set(row.seq, row)
    for (const seq of mutation.removedVersions ?? []) rows.delete(seq)
    this.versions.set(mutation.key, rows)
  }

  /** Newest first: id, marker, latest. */
  history(key: string): string[] {
    const current = this.objects.get(key)
    const rows = [...(this.versions.get(key)?.values() ?? []), ...(current === undefined ? [] : [current])]
    return rows.sort((a, b) => b.seq - a.seq).map((row) => describeRow(row.versionId, row.marker, row.latest))
  }
}

function describeRow(versionId: string, marker: boolean, latest: boolean): string {
  return `${versionId}${marker ? ' marker' : ''}${latest ? ' latest' : ''}`
}

interface ModelVersion {
  id: string
  marker: boolean
}

/** AWS's rules in the plainest form: a list of versions, newest first. */
class Model {
  readonly keys = new Map<string, ModelVersion[]>()

  list(key: string): ModelVersion[] {
    return this.keys.get(key) ?? []
  }

  write(key: string, versioning: Versioning, version: ModelVersion): void {
    const kept = versioning === 'enabled' ? this.list(key) : this.list(key).filter(({ id }) => id !== 'null')
    this.keys.set(key, [version, ...kept])
  }

  remove(key: string, id: string): void {
    this.keys.set(
      key,
      this.list(key).filter((version) => version.id !== id),
    )
  }

  history(key: string): string[] {
    return this.list(key).map(({ id, marker }, index) => describeRow(id, marker, index === 0))
  }
}

function facts(etag: string): ObjectFacts {
  return { etag, size: 3, headers: {}, tags: {}, checksum: null, storageClass: 'STANDARD', owner: 'a' }
}

/** A shard, and the catalogue that its mutations build. */
function startWithCatalogue(): { state: ShardState; versions: Versions; catalogue: CatalogueModel } {
  const { state, versions } = startShard()
  const catalogue = new CatalogueModel()
  const append = state.outbox.append.bind(state.outbox)
  state.outbox.append = (bucket, mutation) => {
    append(bucket, mutation)
    catalogue.apply(mutation)
  }
  return { state, versions, catalogue }
}

describe('Versions', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`agrees with the model and the catalogue over a random history (seed ${seed})`, () => {
      const { versions, catalogue } = startWithCatalogue()
      const model = new Model()
      const random = randomFrom(seed)
      // Versioning once enabled can only be suspended, as on AWS.
      let versioning: Versioning = 'unversioned'
      for (let step = 0; step < 400; step++) {
        const key = `k${random(4)}`
        if (random(12) === 0 && (versioning !== 'unversioned' || random(4) === 0)) {
          versioning = random(2) === 0 ? 'enabled' : 'suspended'
        }
        const at = { bucketId: 'b', catalog: 'CATALOG_0', key, versioning, writeId: `w${step}` }
        const choice = random(10)
        if (choice < 5) {
          const { versionId } = versions.insert(at, { object: facts(`e${step}`), content: '', parts: 0, inline: null })
          model.write(key, versioning, { id: versionId, marker: false })
        } else if (choice < 8) {
          const gone = versions.deleteCurrent(at)
          if (versioning === 'unversioned') model.remove(key, 'null')
          else model.write(key, versioning, { id: gone?.versionId ?? '', marker: true })
        } else {
          const victim = model.list(key)[random(Math.max(model.list(key).length, 1))]
          const row = victim === undefined ? null : versions.named(key, victim.id)
          if (row !== null && victim !== undefined) {
            versions.deleteNamed(at, row)
            model.remove(key, victim.id)
          }
        }
        expect(catalogue.history(key)).toEqual(model.history(key))
        const latest = versions.latest(key)
        const expected = model.list(key)[0]
        expect(latest?.version_id).toBe(expected?.id)
        expect(latest?.marker === 1).toBe(expected?.marker ?? false)
      }
    })
  }

  it('never reuses a sequence number after a restart', () => {
    const { state } = startShard()
    const before = [state.sequence.next(), state.sequence.next()]
    const after = new Sequence(state.sql).next()
    expect(after).toBeGreaterThan(Math.max(...before))
  })

  it('never reuses a sequence number whose reservation was undone with its transaction', () => {
    const storage = memoryStorage()
    upgradeSchema(storage)
    const sequence = new Sequence(storage.sql)
    const undone = () => {
      sequence.next()
      throw new Error('undone')
    }
    expect(() => storage.transactionSync(undone)).toThrow('undone')
    sequence.rolledBack()
    const before = sequence.next()
    expect(new Sequence(storage.sql).next()).toBeGreaterThan(before)
  })
})
