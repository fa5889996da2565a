// The catalogue as a shard sees it when it is slow, fails, loses answers or says nothing.

export interface Faults {
  /** Milliseconds before each statement is applied. */
  delay: number
  /** The next so many statements fail without being applied. */
  fail: number
  /** The next so many are applied, and their answers are lost. */
  lose: number
  /** The next so many are never answered and never applied. */
  hang: number
  /** Every statement that was sent: its values. */
  statements: unknown[][]
}

/** Of this isolate, so of all shards. */
export const faults: Faults = { delay: 0, fail: 0, lose: 0, hang: 0, statements: [] }

export function faultyCatalog(database: D1Database): D1Database {
  const statement = (prepared: D1PreparedStatement, values: unknown[]) => ({
    bind: (...given: unknown[]) => statement(prepared.bind(...given), given),
    run: () => withFaults(() => prepared.run(), values),
  })
  return { prepare: (sql: string) => statement(database.prepare(sql), []) } as unknown as D1Database
}

async function withFaults<Result>(apply: () => Promise<Result>, values: unknown[]): Promise<Result> {
  faults.statements.push(values)
  if (taken('hang')) return new Promise(() => {})
  if (faults.delay > 0) await scheduler.wait(faults.delay)
  if (taken('fail')) throw new Error('D1_ERROR: the test made it fail')
  const result = await apply()
  if (taken('lose')) throw new Error('D1_ERROR: the test lost the answer')
  return result
}

function taken(kind: 'fail' | 'lose' | 'hang'): boolean {
  if (faults[kind] === 0) return false
  faults[kind] -= 1
  return true
}
