// Queries that SQLite finishes work one at a time in an isolate: tables of several would not fit its memory.
import { finishersMax, finishWaitersMax, kernelPollMilliseconds, kernelWaitMilliseconds } from '../../limits.ts'
import { needsFinisher } from '../bind/statement-sources.ts'
import { Gate, type Pass } from '../gate.ts'
import type { SelectRequest } from '../request.ts'
import { parseStatement } from '../sql/parse-statement.ts'

/** The isolate's own. */
const finishers = new Gate({
  passesMax: finishersMax,
  waitersMax: finishWaitersMax,
  waitMilliseconds: kernelWaitMilliseconds,
  pollMilliseconds: kernelPollMilliseconds,
})

/** Null for a statement of one pass. Throws Busy when it is not its turn for long, and what is wrong with the statement. */
export async function takeTurn({ expression, dialect }: SelectRequest): Promise<Pass | null> {
  return needsFinisher(parseStatement(expression, dialect)) ? finishers.enter() : null
}
