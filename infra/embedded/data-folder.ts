// The data folder: one server at a time, and the secrets that are made at the first start.
import { randomBytes, randomInt } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface RootKey {
  accessKeyId: string
  secretAccessKey: string
}

export interface DataFolder {
  path: string
  /** The kept root key; made when there is none yet. */
  rootKey(): RootKey
  /** The kept secret that encrypts secrets at rest; made when there is none yet. */
  secret(): string
  /** Lets another server have the folder. */
  close(): void
}

/** The folder, made when missing and locked until `close` or the end of the process; null when another server has it. */
export function openDataFolder(folder: string): DataFolder | null {
  const absolute = path.resolve(folder)
  mkdirSync(absolute, { recursive: true, mode: 0o700 })
  const lock = lockFolder(absolute)
  if (lock === null) return null
  return {
    path: absolute,
    rootKey: () =>
      parseRootKey(kept(path.join(absolute, 'root-key.json'), () => JSON.stringify(newRootKey(), null, 2))),
    secret: () => kept(path.join(absolute, 'secret'), () => randomBytes(32).toString('base64url')),
    close: () => lock.close(),
  }
}

// SQLite's file lock is the system's own: it goes with the process, however that ends, so no lock is ever stale.
function lockFolder(folder: string): DatabaseSync | null {
  const lock = new DatabaseSync(path.join(folder, 'lock'))
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    const sqliteBusy = 5
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return null
    throw error
  }
}

/** The file's text; written first, readable for its owner only, when the file is missing. */
function kept(file: string, make: () => string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const text = make()
  const temporary = `${file}.new`
  rmSync(temporary, { force: true })
  const descriptor = openSync(temporary, 'wx', 0o600)
  writeSync(descriptor, `${text}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(temporary, file)
  return text
}

function parseRootKey(text: string): RootKey {
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null && 'accessKeyId' in value && 'secretAccessKey' in value) {
    return { accessKeyId: String(value.accessKeyId), secretAccessKey: String(value.secretAccessKey) }
  }
  throw new Error('root-key.json must hold accessKeyId and secretAccessKey')
}

// AWS's shape: 20 and 40 characters. No `/` and `+` in the secret: they are awkward in URLs and shells.
function newRootKey(): RootKey {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const digits = '0123456789'
  return {
    accessKeyId: `EDGE${randomText(letters + digits, 16)}`,
    secretAccessKey: randomText(letters + letters.toLowerCase() + digits, 40),
  }
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}
