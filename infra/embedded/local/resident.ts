// Durable Objects that answer a line (./line.ts) beside RPC, and the namespaces through which they are called by it.
import type { DurableObject } from 'cloudflare:workers'
import { answerLine, takeWaiting } from './answer-line.ts'
import type { AnswerOptions } from './answer-line.ts'
import { Confirmation } from './confirmation.ts'
import { callByLine, closeLine, Line, lineName, openLine } from './line.ts'
import type { Methods, Reachable } from './line.ts'

/** A line that was not used for so long is closed, so that the runtime can put the object away. */
const IDLE_MILLISECONDS = 60_000

/** A class of Durable Objects, whatever its environment. */
export type ObjectClass = new (ctx: DurableObjectState, env: never) => object

interface ResidentOptions<Environment, Class extends ObjectClass> {
  /** Names its lines; the same as in `localNamespace`. */
  className: string
  /** Methods that change nothing. Every other one is answered when the disk has confirmed all there is to confirm. */
  reads: readonly string[]
  /** Has `hold` of the object of this name called by somebody else. */
  keep: (env: Environment, name: string) => Promise<unknown>
  /** The environment the class is given. `confirmed` resolves when everything written so far is on disk. */
  environment: (env: Environment, confirmed: () => Promise<void>) => ConstructorParameters<Class>[1]
}

/** The class with a line. Its methods can be called by RPC as before. */
export function resident<Environment, Class extends ObjectClass>(
  base: Class,
  { className, reads, keep, environment }: ResidentOptions<Environment, Class>,
): Class {
  const Base = base as unknown as new (ctx: DurableObjectState, env: unknown) => DurableObject
  const readNames = new Set(reads)

  class Resident extends Base implements Reachable {
    readonly #confirmation: Confirmation
    readonly #lineName: string
    readonly #keep: () => Promise<unknown>
    readonly #id = crypto.randomUUID()
    #line: Line | null = null
    #opening: Promise<void> | null = null
    #opened: () => void = () => {}

    constructor(ctx: DurableObjectState, env: Environment) {
      const confirmation = new Confirmation(ctx.storage)
      super(
        ctx,
        environment(env, () => confirmation.now()),
      )
      this.#confirmation = confirmation
      const name = ctx.id.name ?? ctx.id.toString()
      this.#lineName = lineName(className, name)
      this.#keep = () => keep(env, name)
    }

    reach(): Promise<void> {
      this.#opening ??= new Promise((resolve, reject) => {
        this.#opened = resolve
        this.#keep().catch(reject)
      })
      return this.#opening
    }

    answering(): Promise<string> {
      const line = this.#line
      // Should whoever held the line be gone, what waits is answered all the same, and somebody else holds it. It may be that
      // the turn of the one who holds it has not come yet: one more does no harm.
      if (line !== null && takeWaiting(line, this.#options())) void this.#keep().catch(() => undefined)
      return Promise.resolve(this.#id)
    }

    #options(): AnswerOptions {
      return { methods: this as unknown as Methods, reads: readNames, confirmation: this.#confirmation }
    }

    /** The line: opened at once, closed when it was not used for a while. */
    async hold(): Promise<void> {
      const replaced = this.#line
      const line = new Line(this.#id)
      this.#line = line
      openLine(this.#lineName, line)
      this.#opened()
      replaced?.end()
      // Whoever held it may be gone.
      if (replaced !== null) takeWaiting(replaced, this.#options())
      const answered = answerLine(line, this.#options())
      do {
        line.isUsed = false
        await scheduler.wait(IDLE_MILLISECONDS)
      } while (line.isUsed || line.open > 0)
      closeLine(this.#lineName, line)
      if (this.#line === line) {
        this.#line = null
        this.#opening = null
      }
      line.end()
      await answered
    }
  }
  return Resident as unknown as Class
}

/**
 * The namespace whose stubs call by line the objects of a class made by `resident`. `before`: awaited before each call, where
 * the caller is a Durable Object itself; it has to limit the time of its calls.
 */
export function localNamespace<Class extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Class>,
  { className, base, before }: { className: string; base: ObjectClass; before?: () => Promise<void> },
): DurableObjectNamespace<Class> {
  class LocalStub {
    readonly #name: string

    constructor(name: string) {
      this.#name = name
    }

    async call(method: string, args: unknown[]): Promise<unknown> {
      await before?.()
      const stub = () => namespace.getByName(this.#name) as unknown as Reachable
      return callByLine(lineName(className, this.#name), stub, { method, args, watched: before === undefined })
    }
  }
  for (const method of methodNames(base)) {
    const value = function call(this: LocalStub, ...args: unknown[]): Promise<unknown> {
      return this.call(method, args)
    }
    Object.defineProperty(LocalStub.prototype, method, { value })
  }
  return { getByName: (name: string) => new LocalStub(name) } as unknown as DurableObjectNamespace<Class>
}

function methodNames(base: { prototype: object }): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(base.prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name)
}
