// The workerd processes that miniflare starts: which they are, that none outlives us, and how one ends gently.
// infra/decisions/0001-embedded-runtime.md says why this is needed.
import { AsyncLocalStorage } from 'node:async_hooks'
import { ChildProcess, spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface WorkerdProcesses {
  /** Starts whatever `start` starts, adopting the workerd among it (and those that replace it after a crash). */
  run<Result>(start: () => Result): Result
  /** The running workerd; null before the start and after the end. */
  pid(): number | null
  /** Calls back synchronously when a workerd ended. `asked`: by SIGTERM, so that it must not be started again. */
  onExit(callback: (end: { asked: boolean; description: string }) => void): void
  /** Asks workerd to finish what it has begun and waits until it is gone, at most this long. */
  drain(milliseconds: number): Promise<void>
  close(): void
}

const launcher = path.join(import.meta.dirname, 'workerd.sh')
/** Node publishes each child process here. https://nodejs.org/api/diagnostics_channel.html#child-process */
const channel = 'child_process'

/** The environment with which workerd.sh finds what it needs; `accessLog` null: lines go to standard output. */
export function launcherEnvironment(accessLog: string | null): Record<string, string> {
  process.env['MINIFLARE_WORKERD_PATH'] = launcher
  return { EDGESHARD_WORKERD: workerdBinary(), EDGESHARD_ACCESS_LOG: accessLog ?? '' }
}

/** Waits until the workerd of a server that was killed is gone; its guard ends it within milliseconds. */
export async function waitForPreviousRuntime(pidFile: string, milliseconds = 2000): Promise<void> {
  const pid = readPid(pidFile)
  if (pid === null) return
  const deadline = Date.now() + milliseconds
  while (isAlive(pid) && Date.now() < deadline) await sleep(10)
}

/** `pidFile`: where the pid is noted for whoever starts next in the same data folder. */
export function watchWorkerdProcesses(pidFile: string): WorkerdProcesses {
  const starter = new AsyncLocalStorage<symbol>()
  const ours = Symbol('runtime')
  const ends = new EventEmitter<{ exit: [{ asked: boolean; description: string }] }>()
  let current: ChildProcess | null = null

  function onSpawn(message: unknown): void {
    const child = childOf(message)
    if (child === null || starter.getStore() !== ours) return
    // Published by the constructor: file and pid are known once spawn() has returned.
    process.nextTick(() => {
      if (child.spawnfile === launcher && child.pid !== undefined) adopt(child, child.pid)
    })
  }

  function adopt(child: ChildProcess, pid: number): void {
    current = child
    writeFileSync(pidFile, `${pid}\n`)
    const release = guard(pid)
    child.once('exit', (code, signal) => {
      if (current === child) current = null
      release()
      rmSync(pidFile, { force: true })
      ends.emit('exit', { asked: code === 0 || signal === 'SIGTERM', description: signal ?? `exit code ${code}` })
    })
  }

  subscribe(channel, onSpawn)
  return {
    run: (start) => starter.run(ours, start),
    pid: () => current?.pid ?? null,
    onExit: (callback) => void ends.on('exit', callback),
    async drain(milliseconds) {
      const child = current
      if (child === null) return
      const gone = new Promise<void>((resolve) => {
        child.once('exit', () => resolve())
      })
      child.kill('SIGTERM')
      await Promise.race([gone, sleep(milliseconds, undefined, { ref: false })])
    },
    close: () => unsubscribe(channel, onSpawn),
  }
}

/**
 * workerd does not notice when the process that started it is killed. So a shell waits on a pipe of which we hold the
 * other end: when we go, however that happens, it reads the end of the pipe and kills workerd.
 */
function guard(pid: number): () => void {
  const script = 'read -r _ || kill -KILL "$1" 2>/dev/null'
  const options = { stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'], detached: true }
  const watcher = spawn('/bin/sh', ['-c', script, 'edgeshard-guard', String(pid)], options)
  // Nothing is left to do when it is gone already.
  for (const emitter of [watcher, watcher.stdin]) emitter.on('error', () => undefined)
  watcher.unref()
  const pipe = watcher.stdin as unknown as Socket
  pipe.unref()
  return () => {
    watcher.stdin.end('\n')
  }
}

function workerdBinary(): string {
  // workerd is miniflare's dependency, not ours.
  const fromMiniflare = createRequire(createRequire(import.meta.url).resolve('miniflare'))
  const workerd: unknown = fromMiniflare('workerd')
  if (typeof workerd === 'object' && workerd !== null && 'default' in workerd) return String(workerd.default)
  throw new Error('The package workerd does not name its binary')
}

function childOf(message: unknown): ChildProcess | null {
  if (typeof message !== 'object' || message === null || !('process' in message)) return null
  return message.process instanceof ChildProcess ? message.process : null
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(pid) && pid > 1 ? pid : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
