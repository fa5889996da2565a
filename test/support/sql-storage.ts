// A Durable Object's SqlStorage over node:sqlite, so that a shard's transactions can be tested without workerd.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

interface Cursor {
  toArray(): Record<string, unknown>[]
  one(): Record<string, unknown>
  raw(): Iterator<unknown[]>
  rowsWritten: number
}

/** A fresh in-memory database behind the calls a shard makes of its storage. */
export function memoryStorage(): DurableObjectStorage {
  const db = new DatabaseSync(':memory:')
  const changes = db.prepare('SELECT total_changes() AS n')
  const written = (): number => Number(changes.get()?.['n'] ?? 0)
  const exec = (query: string, ...bindings: SQLInputValue[]): Cursor => {
    if (bindings.length === 0 && query.includes(';')) {
      db.exec(query)
      return { toArray: () => [], one: () => ({}), raw: () => [].values(), rowsWritten: 0 }
    }
    const before = written()
    const rows = db
      .prepare(query)
      .all(...bindings)
      .map(toPlain)
    return {
      toArray: () => rows,
      one() {
        if (rows.length !== 1) throw new Error(`Expected one row, got ${rows.length}`)
        return rows[0]!
      },
      raw: () => rows.map((row) => Object.values(row)).values(),
      rowsWritten: written() - before,
    }
  }
  let depth = 0
  const transactionSync = <T>(work: () => T): T => {
    const name = `s${depth++}`
    db.exec(`SAVEPOINT ${name}`)
    try {
      const result = work()
      db.exec(`RELEASE ${name}`)
      return result
    } catch (error) {
      db.exec(`ROLLBACK TO ${name}; RELEASE ${name}`)
      throw error
    } finally {
      depth--
    }
  }
  return { sql: { exec }, transactionSync } as unknown as DurableObjectStorage
}

/** workerd gives blobs as ArrayBuffer, node:sqlite as Uint8Array. */
function toPlain(row: Record<string, unknown>): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    plain[name] = value instanceof Uint8Array ? value.slice().buffer : value
  }
  return plain
}
