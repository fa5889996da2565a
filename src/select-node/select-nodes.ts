// The nodes an isolate asks for queries, and parts of queries.
import { assert } from '../assert.ts'
import type { Env } from '../env.ts'
import { fanOutPartBytes } from '../limits.ts'
import type { SelectFanOut } from '../s3/select/on-nodes.ts'
import type { SelectNodes } from '../select/fan-out/part-query.ts'
import type { NodeRequest } from './select-node.ts'

/** Null where this deployment answers no query in parts: EDGESHARD_SELECT_PART_BYTES is `off`. */
export function selectFanOut(env: Env): SelectFanOut | null {
  const { SELECT_NODE: namespace, EDGESHARD_SELECT_PART_BYTES: setting } = env
  // On one machine all Durable Objects run on one thread: parts would only cost.
  const isOneMachine = env.FILES !== undefined
  if (namespace === undefined || setting === 'off' || (setting === undefined && isOneMachine)) return null
  const partBytes = setting === undefined ? fanOutPartBytes : Number(setting)
  assert(Number.isSafeInteger(partBytes) && partBytes > 0, 'EDGESHARD_SELECT_PART_BYTES is a number of bytes, or off')
  // Nodes of this isolate's own lie near it, and are not everybody's. One machine keeps a file for each name.
  isolate ??= isOneMachine ? 'machine' : crypto.randomUUID()
  const name = isolate
  return {
    partBytes,
    nodesFor: (object) => nodesOf(namespace, name, { object, beside: null }),
    // They work one at a time anyway: one node has all their memory.
    finisherFor: (object, beside) => nodesOf(namespace, `${name}/finisher`, { object, beside }),
  }
}

/** Set at the first request: at start there is no randomness. */
let isolate: string | null = null

function nodesOf(
  namespace: NonNullable<Env['SELECT_NODE']>,
  name: string,
  read: Omit<NodeRequest, 'query'>,
): SelectNodes {
  return {
    async ask(part, query) {
      const request: NodeRequest = { ...read, query }
      const node = namespace.getByName(`${name}/${part}`)
      const response = await node.fetch('https://node/', { method: 'POST', body: JSON.stringify(request) })
      assert(response.ok && response.body !== null, 'A node answers with messages')
      return response.body
    },
  }
}
