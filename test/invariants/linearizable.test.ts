// I3: per key, reads and conditional writes are linearizable; of N racers with `If-None-Match: *` exactly one wins.
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { linearizabilityProblem, type Operation } from '../support/linearizability.ts'
import { callsOf, type BucketCalls } from '../support/object-calls.ts'
import { randomFrom } from '../support/random.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const clientsCount = 8
const stepsPerClient = 100
const racersCount = 64

let calls: BucketCalls

beforeAll(async () => {
  calls = callsOf(sharedServer(), uniqueBucketName('linear'))
  expect((await calls.send('PUT', '')).status).toBe(200)
})

/** A body that begins with its name. Some are large: they take two hops and lie outside the shard. */
function bodyOf(name: string, large: boolean): string {
  return large ? name.padEnd(300 * 1024, '.') : name
}

function etagOf(body: string): string {
  return `"${createHash('md5').update(body).digest('hex')}"`
}

/** One client's view of one key: sends, and records what was asked, when, and what came back. */
class Client {
  readonly #key: string
  readonly #history: Operation[]
  readonly #name: string
  #writes = 0
  /** ETag last seen. */
  #seen: string | null = null

  constructor(key: string, history: Operation[], name: string) {
    this.#key = key
    this.#history = history
    this.#name = name
  }

  async step(random: (limit: number) => number): Promise<void> {
    const choice = random(10)
    if (choice < 4) await this.#read()
    else if (choice < 5) await this.#delete()
    else await this.#put(random(3), random(8) === 0)
  }

  async #read(): Promise<void> {
    const start = performance.now()
    const response = await calls.get(this.#key)
    const body = await response.text()
    const seen = response.status === 200 ? etagOf(body) : null
    this.#seen = seen
    this.#record(start, `GET gave ${response.status} ${seen}`, (state) => {
      if (response.status >= 500) return state
      return state === seen && (seen === null || response.headers.get('etag') === seen) ? state : undefined
    })
  }

  async #delete(): Promise<void> {
    const start = performance.now()
    const { status } = await calls.remove(this.#key)
    this.#record(start, `DELETE gave ${status}`, () => (status === 204 ? null : undefined))
  }

  /** `kind`: 0 without a condition, 1 only if nothing is there, 2 only if what was last seen is there. */
  async #put(kind: number, large: boolean): Promise<void> {
    const body = bodyOf(`${this.#name} ${this.#writes++}`, large)
    const value = etagOf(body)
    const wanted = kind === 2 ? this.#seen : null
    const conditional = kind === 1 || wanted !== null
    const headers: Record<string, string> = {}
    if (kind === 1) headers['if-none-match'] = '*'
    if (wanted !== null) headers['if-match'] = wanted
    const start = performance.now()
    const response = await calls.put(this.#key, body, headers)
    await response.arrayBuffer()
    const { status } = response
    const asked = wanted === null ? (conditional ? 'PUT if nothing' : 'PUT') : `PUT if ${wanted}`
    this.#record(start, `${asked} of ${value} gave ${status}`, (state) => {
      const met = !conditional || state === wanted
      if (status === 200) return met ? value : undefined
      // If-Match without an object is 404, and so tells that there is none.
      if (status === 404) return wanted !== null && state === null ? state : undefined
      return status === 412 && !met && !(wanted !== null && state === null) ? state : undefined
    })
  }

  #record(start: number, description: string, apply: Operation['apply']): void {
    this.#history.push({ start, end: performance.now(), description: `${this.#name}: ${description}`, apply })
  }
}

describe('clients of the same keys', () => {
  it.each([1, 2])('see a history that one order explains (seed %i)', async (seed) => {
    const keys = ['one', 'two', 'three'].map((name) => `${name}-${seed}`)
    const histories = new Map(keys.map((key) => [key, [] as Operation[]]))
    await Promise.all(
      Array.from({ length: clientsCount }, async (_, index) => {
        const random = randomFrom(seed * 100 + index)
        const clients = keys.map((key) => new Client(key, histories.get(key) ?? [], `c${index}`))
        for (let step = 0; step < stepsPerClient; step++) await clients[random(keys.length)]?.step(random)
      }),
    )
    const problems = [...histories.values()].map((history) => linearizabilityProblem(history))
    expect(problems).toEqual([null, null, null])
    // Conditions were met and failed, so the history says something.
    const described = [...histories.values()].flat().map(({ description }) => description)
    for (const pattern of [/PUT if nothing .* 200/, /PUT if nothing .* 412/, /PUT if "\S+ .* 200/]) {
      expect(described.filter((text) => pattern.test(text)).length, String(pattern)).toBeGreaterThan(0)
    }
  })
})

describe('racers for a new key', () => {
  it.each([
    ['small', false],
    ['large', true],
  ])('have one winner: %s bodies', async (kind, large) => {
    const keys = ['a', 'b', 'c'].map((name) => `${name}-${kind}`)
    const racers = large ? racersCount / 4 : racersCount
    await Promise.all(
      keys.map(async (key) => {
        const answers = await Promise.all(
          Array.from({ length: racers }, async (_, index) => {
            const response = await calls.put(key, bodyOf(`racer ${index}`, large), { 'if-none-match': '*' })
            await response.arrayBuffer()
            return response.status
          }),
        )
        const winners = answers.flatMap((status, index) => (status === 200 ? [index] : []))
        expect(winners).toHaveLength(1)
        expect(answers.filter((status) => status === 412)).toHaveLength(racers - 1)
        expect(await (await calls.get(key)).text()).toBe(bodyOf(`racer ${winners[0]}`, large))
      }),
    )
  })

  it('have one winner after each removal', async () => {
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(
        Array.from({ length: 16 }, async (_, index) => {
          const response = await calls.put('again', `${round} ${index}`, { 'if-none-match': '*' })
          await response.arrayBuffer()
          return response.status
        }),
      )
      expect(answers.filter((status) => status === 200)).toHaveLength(1)
      expect((await calls.remove('again')).status).toBe(204)
    }
  })
})
