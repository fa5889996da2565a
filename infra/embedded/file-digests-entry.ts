// What the thread of ./file-digests-thread.ts runs.
import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { FileDigestsPlace } from './file-digests-thread.ts'

// A Worker imports Wasm as a compiled module; Node needs to be told. The digests load their kernels, so they come afterwards.
registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.wasm')) return next(url, context)
    const source = `import { readFileSync } from 'node:fs'
      export default new WebAssembly.Module(readFileSync(new URL(${JSON.stringify(url)})))`
    return { format: 'module', source, shortCircuit: true }
  },
})
const { serveFileDigests } = await import('./file-digests.ts')

const { folder, socket } = workerData as FileDigestsPlace
await serveFileDigests(folder, socket)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage('ready')
