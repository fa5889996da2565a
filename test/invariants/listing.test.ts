// I5: a listing after an acknowledged PUT, DELETE, Complete or Abort shows it, whoever else writes at the time, however
// slow the catalogue is.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callsOf, type BucketCalls, type ListedVersionRow } from '../support/object-calls.ts'
import { randomFrom } from '../support/random.ts'
import { startProbedServer, type ProbedServer } from '../support/probe/server.ts'
import { uniqueBucketName } from '../support/shared-server.ts'

const writersCount = 6
const stepsPerWriter = 15
/** A shard's batch takes this long: an answer that did not wait for it would be seen. */
const catalogueMilliseconds = 20

let server: ProbedServer

beforeAll(async () => {
  server = await startProbedServer()
  await server.faults({ delay: catalogueMilliseconds })
})

afterAll(async () => {
  await server.stop()
})

async function bucketWith(versioning: 'Enabled' | 'Suspended' | null): Promise<BucketCalls> {
  const calls = callsOf(server, uniqueBucketName('listing'))
  expect((await calls.send('PUT', '')).status).toBe(200)
  for (const status of versioning === 'Suspended' ? ['Enabled', 'Suspended'] : [versioning]) {
    const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
    if (status !== null) expect((await calls.send('PUT', '', { query: { versioning: '' }, body })).status).toBe(200)
  }
  return calls
}

/** What a writer knows of its keys. Versions newest first: `id`, or `id marker`. */
interface Known {
  objects: Map<string, { etag: string; size: number }>
  versions: Map<string, string[]>
  uploads: Map<string, string>
}

/** Writes to keys of its own and looks after each answer. */
class ListingWriter {
  readonly #calls: BucketCalls
  readonly #prefix: string
  readonly #versioning: string | null
  readonly #random: (limit: number) => number
  readonly #known: Known = { objects: new Map(), versions: new Map(), uploads: new Map() }

  constructor(calls: BucketCalls, versioning: string | null, index: number) {
    this.#calls = calls
    this.#prefix = `writer-${index}/`
    this.#versioning = versioning
    this.#random = randomFrom(index + 1)
  }

  async step(): Promise<void> {
    const key = `${this.#prefix}${this.#random(5)}`
    const choice = this.#random(10)
    if (choice < 5) await this.#put(key)
    else if (choice < 8) await this.#delete(key)
    else await this.#upload(key)
    await this.#look()
  }

  async #put(key: string): Promise<void> {
    const body = randomBytes(this.#random(6) === 0 ? 300_000 : this.#random(1000))
    const response = await this.#calls.put(key, body)
    expect(response.status).toBe(200)
    this.#written(key, response, body.byteLength)
  }

  async #delete(key: string): Promise<void> {
    const response = await this.#calls.remove(key)
    expect(response.status).toBe(204)
    this.#known.objects.delete(key)
    if (this.#versioning === null) this.#known.versions.delete(key)
    else this.#push(key, `${response.headers.get('x-amz-version-id')} marker`)
  }

  /** Creates an upload, looks, and ends it one way or the other. */
  async #upload(key: string): Promise<void> {
    const uploadId = await this.#calls.createUpload(key)
    this.#known.uploads.set(key, uploadId)
    await this.#look()
    const body = randomBytes(1 + this.#random(1000))
    const part = await this.#calls.uploadPart(key, uploadId, { number: 1, body })
    if (this.#random(2) === 0) {
      expect((await this.#calls.abort(key, uploadId)).status).toBe(204)
    } else {
      const response = await this.#calls.complete(key, uploadId, [part.headers.get('etag') ?? ''])
      const etag = /<ETag>([^<]*)</.exec(await response.text())?.[1]?.replaceAll('&quot;', '"')
      expect(etag).toMatch(/-1"$/)
      this.#written(key, response, body.byteLength, etag)
    }
    this.#known.uploads.delete(key)
  }

  #written(key: string, response: Response, size: number, etag = response.headers.get('etag') ?? ''): void {
    this.#known.objects.set(key, { etag, size })
    this.#push(key, response.headers.get('x-amz-version-id') ?? 'null')
  }

  /** A new newest version; without versioning, or suspended, it takes the place of the one called null. */
  #push(key: string, version: string): void {
    const replaces = version.split(' ')[0] === 'null'
    const older = (this.#known.versions.get(key) ?? []).filter((one) => !replaces || one.split(' ')[0] !== 'null')
    this.#known.versions.set(key, [version, ...older])
  }

  async #look(): Promise<void> {
    const expected = [...this.#known.objects].map(([key, facts]) => ({ key, ...facts })).sort(byKey)
    const listings = await Promise.all([this.#calls.list(1, this.#prefix), this.#calls.list(2, this.#prefix)])
    expect(listings).toEqual([expected, expected])
    const versions = await this.#calls.listVersions(this.#prefix)
    const history = [...this.#known.versions].sort(([left], [right]) => (left < right ? -1 : 1)).flatMap(historyRows)
    expect(versions).toEqual(history)
    const uploads = await this.#calls.listUploads(this.#prefix)
    expect(uploads).toEqual([...this.#known.uploads].map(([key, uploadId]) => ({ key, uploadId })))
  }
}

function byKey(left: { key: string }, right: { key: string }): number {
  return left.key < right.key ? -1 : 1
}

function historyRows([key, versions]: [string, string[]]): ListedVersionRow[] {
  return versions.map((text, index) => {
    const [versionId = '', marker] = text.split(' ')
    return { key, versionId, isLatest: index === 0, isMarker: marker !== undefined }
  })
}

describe.each([null, 'Enabled', 'Suspended'] as const)('listings with versioning %s', (versioning) => {
  let calls: BucketCalls

  beforeAll(async () => {
    calls = await bucketWith(versioning)
  })

  it('show each acknowledged change at once while others write', async () => {
    const writers = Array.from({ length: writersCount }, (_, index) => new ListingWriter(calls, versioning, index))
    await Promise.all(
      writers.map(async (writer) => {
        for (let step = 0; step < stepsPerWriter; step++) await writer.step()
      }),
    )
  })
})

// The first answer was lost, or has not come yet: the second one must not come before the catalogue knows.
describe('a write that finds its work done by an earlier one', () => {
  it('waits for it: DELETE', async () => {
    const calls = await bucketWith(null)
    await calls.put('key', 'body')
    await server.faults({ delay: 400 })
    const first = calls.remove('key')
    // A read tells that the first one is committed, and the catalogue still shows the key.
    while ((await calls.get('key')).status !== 404);
    expect(await calls.list()).toHaveLength(1)
    expect((await calls.remove('key')).status).toBe(204)
    expect(await calls.list()).toEqual([])
    await first
  })

  it('waits for it: CompleteMultipartUpload', async () => {
    const calls = await bucketWith(null)
    await server.faults({ delay: 0 })
    const uploadId = await calls.createUpload('key')
    const part = await calls.uploadPart('key', uploadId, { number: 1, body: randomBytes(10) })
    await server.faults({ delay: 400 })
    const complete = () => calls.complete('key', uploadId, [part.headers.get('etag') ?? ''])
    const first = complete()
    while ((await calls.get('key')).status !== 200);
    expect(await calls.list()).toEqual([])
    expect((await (await complete()).text()).includes('<CompleteMultipartUploadResult')).toBe(true)
    expect(await calls.list()).toHaveLength(1)
    expect(await calls.listUploads()).toEqual([])
    await first
  })
})
