// The loads. The project's server and the bare Worker take the same requests at other paths; only multipart differs.
import { bodyOf, KiB, MiB, once, operation, over, runAll } from './requests.ts'
import type { HeadToSign } from './signer.ts'
import type { Operation, Plan } from './slice.ts'
import type { Target } from './targets.ts'

export interface Paths {
  /** Where small objects are, without a last slash. */
  small: string
  /** Where large ones are. */
  large: string
  /** What the runtime answers with next to no work. */
  bare: string
}

const smallBytes = 4 * KiB
const smallObjects = 1000
const largeObjects = 16
const hugeBytes = 64 * MiB
const rangeBytes = 64 * KiB
/** Objects made before one slice, to be deleted in it. */
const deletesMax = 600
/** The mixed load deletes what it put so many PUTs ago: none is still on its way. */
const deletedAfter = 100

export class Loads {
  readonly target: Target
  readonly #paths: Paths
  #written = 0

  constructor(target: Target, paths: Paths) {
    this.target = target
    this.#paths = paths
  }

  /** Objects that reads need. */
  async prepare(): Promise<void> {
    await runAll(this.target, [
      ...numbered(smallObjects, (index) => this.#put(`k${index}`)),
      ...numbered(largeObjects, (index) => this.#putLarge(`large-${index}`, MiB)),
      this.#putLarge('huge', hugeBytes),
    ])
  }

  bare(): Plan {
    return () => over([operation(this.target, { method: 'GET', path: this.#paths.bare }, { status: 200 })])
  }

  /** New keys, each once. */
  putSmall(): Plan {
    return (count) => once(numbered(count, () => this.#put(this.#newKey())))
  }

  getSmall(): Plan {
    return () => over(this.#getsOfSmall())
  }

  headSmall(): Plan {
    return () => over(numbered(smallObjects, (index) => this.#small('HEAD', `k${index}`, { status: 200 })))
  }

  /** Objects that are there: they are put before the clock runs. */
  deleteSmall(): Plan {
    return async (count) => {
      const names = numbered(Math.min(count, deletesMax), () => this.#newKey())
      const puts = names.map((name) => this.#put(name))
      await runAll(this.target, puts, 16)
      return once(names.map((name) => this.#delete(name)))
    }
  }

  /** 7 GET, 2 PUT of new keys, 1 DELETE of a key put some time before. */
  mixed(): Plan {
    const put: string[] = []
    return (count) => {
      const gets = this.#getsOfSmall()
      const operationAt = (index: number): Operation => {
        const get = gets[index % gets.length]
        if (index % 10 < 7 && get !== undefined) return get
        if (index % 10 === 9 && put.length > deletedAfter) return this.#delete(put.shift() ?? '')
        const name = this.#newKey()
        put.push(name)
        return this.#put(name)
      }
      return once(numbered(count, operationAt))
    }
  }

  /** A ring of names: what is replaced is collected beside, as in use. */
  putLarge(bytes: number, ring: number): Plan {
    return (count) => {
      const puts = Math.min(count, 500)
      return once(numbered(puts, (index) => this.#putLarge(`ring-${bytes}-${index % ring}`, bytes)))
    }
  }

  getLarge(): Plan {
    return () => over(numbered(largeObjects, (index) => this.#getLarge(`large-${index}`, MiB)))
  }

  getHuge(): Plan {
    return () => over([this.#getLarge('huge', hugeBytes)])
  }

  /** Anywhere in an object of 64 MiB. */
  ranges(): Plan {
    return () => over(numbered(500, () => this.#getRange(Math.floor(Math.random() * (hugeBytes - rangeBytes)))))
  }

  #newKey(): string {
    return `written-${this.#written++}`
  }

  #small(method: HeadToSign['method'], name: string, expected: { status: number; bytes?: number }): Operation {
    return operation(this.target, { method, path: `${this.#paths.small}/${name}` }, expected)
  }

  #put(name: string): Operation {
    const request: HeadToSign = { method: 'PUT', path: `${this.#paths.small}/${name}` }
    return operation(this.target, request, { status: 200 }, bodyOf(smallBytes))
  }

  #getsOfSmall(): Operation[] {
    return numbered(smallObjects, (index) => this.#small('GET', `k${index}`, { status: 200, bytes: smallBytes }))
  }

  #delete(name: string): Operation {
    return this.#small('DELETE', name, { status: 204 })
  }

  #putLarge(name: string, bytes: number): Operation {
    const request: HeadToSign = { method: 'PUT', path: `${this.#paths.large}/${name}` }
    return operation(this.target, request, { status: 200 }, bodyOf(bytes))
  }

  #getLarge(name: string, bytes: number): Operation {
    return operation(this.target, { method: 'GET', path: `${this.#paths.large}/${name}` }, { status: 200, bytes })
  }

  #getRange(first: number): Operation {
    const headers = { range: `bytes=${first}-${first + rangeBytes - 1}` }
    const request: HeadToSign = { method: 'GET', path: `${this.#paths.large}/huge`, headers }
    return operation(this.target, request, { status: 206, bytes: rangeBytes })
  }
}

export function numbered<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
