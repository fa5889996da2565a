// Starts the thread that computes digests of uploads (./file-digests.ts), on a processor that workerd leaves idle.
import { rmSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'

export interface FileDigestsPlace {
  /** Where the disk service keeps the extents. */
  folder: string
  socket: string
}

export interface FileDigestsThread {
  /** Where it listens. */
  socket: string
  close(): Promise<void>
}

/** An address of a socket has 104 bytes on macOS and 108 on Linux. unix(7) */
const socketPathBytesMax = 100

/** Null where it cannot be started: then the Worker computes digests itself. */
export async function startFileDigests(dataDir: string, folder: string): Promise<FileDigestsThread | null> {
  const socket = path.join(dataDir, 'digests.sock')
  if (Buffer.byteLength(socket) > socketPathBytesMax) {
    say(`the path of the data folder is longer than a socket's may be`)
    return null
  }
  // One of a server that was killed.
  rmSync(socket, { force: true })
  const place: FileDigestsPlace = { folder, socket }
  const thread = new Worker(path.join(import.meta.dirname, 'file-digests-entry.ts'), { workerData: place })
  const ready = new Promise<boolean>((resolve) => {
    thread.once('message', () => resolve(true))
    thread.once('exit', () => resolve(false))
  })
  thread.on('error', (error) => say(String(error)))
  if (!(await ready)) return null
  // Nothing waits for it.
  thread.unref()
  const close = async (): Promise<void> => {
    await thread.terminate()
    rmSync(socket, { force: true })
  }
  return { socket, close }
}

function say(reason: string): void {
  process.stderr.write(`edgeshard: uploads are hashed without a second thread: ${reason}\n`)
}
