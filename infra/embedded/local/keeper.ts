// Keeps the lines of other Durable Objects open: an object's context is entered only while a request of it is under way, so
// each open line has one that lasts. It is not made by the object itself: one that ended would take its own caller with
// it, and workerd does not survive that.
import { DurableObject } from 'cloudflare:workers'

/** An object with a line, by RPC. */
interface Held {
  hold(): Promise<void>
}

export type KeeperEnvironment = Record<string, DurableObjectNamespace | undefined>

export class Keeper extends DurableObject<KeeperEnvironment> {
  /** Holds the line of the object of this name in the namespace of a binding. Returns at once. */
  keep(binding: string, name: string): void {
    const held = this.env[binding]?.getByName(name) as unknown as Held | undefined
    // When the object ends, its callers find out by themselves.
    void held?.hold().catch(() => undefined)
  }
}
