// Entry point of the Worker on one machine: src/worker.ts with the environment of ./environment.ts.
import worker from '../../../src/worker.ts'
import { localEnvironment } from './environment.ts'
import type { LocalEnv } from './environment.ts'

export { Database, KeyShard } from './environment.ts'
export { Keeper } from './keeper.ts'
export { SelectNode } from '../../../src/select-node/select-node.ts'
export { Volume } from '../../../src/shard/volume.ts'

export default {
  fetch: (request, env, context) => worker.fetch(request, localEnvironment(env), context),
} satisfies ExportedHandler<LocalEnv>
