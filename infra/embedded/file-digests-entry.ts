// What the thread of ./file-digests-thread.ts runs.
import { parentPort, workerData } from 'node:worker_threads'
import { serveFileDigests } from './file-digests.ts'
import type { FileDigestsPlace } from './file-digests-thread.ts'

const { folder, socket } = workerData as FileDigestsPlace
await serveFileDigests(folder, socket)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage('ready')
