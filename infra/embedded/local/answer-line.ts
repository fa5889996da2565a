// The object's side of a line.
import type { Confirmation } from './confirmation.ts'
import type { Call, Line, Methods } from './line.ts'

export interface AnswerOptions {
  /** The object: its methods by their names. */
  methods: Methods
  /** Names of methods that write nothing and give no promise. */
  reads: ReadonlySet<string>
  confirmation: Confirmation
}

/**
 * Answers every call of the line until it ends. An answer is given once the disk has confirmed everything that was
 * written up to then: for a write its own work, for a read what it may have seen.
 */
export async function answerLine(line: Line, options: AnswerOptions): Promise<void> {
  while (!line.hasEnded) {
    for (const call of await line.next()) take(line, call, options)
  }
}

/** Answers what waits now; false when nothing did. */
export function takeWaiting(line: Line, options: AnswerOptions): boolean {
  const calls = line.taken()
  for (const call of calls) take(line, call, options)
  return calls.length > 0
}

function take(line: Line, call: Call, { methods, reads, confirmation }: AnswerOptions): void {
  if (!reads.has(call.method) || confirmation.isDue) {
    void settle(line, call, () => confirmation.after(() => methods[call.method]?.(...call.args)))
    return
  }
  try {
    call.resolve(methods[call.method]?.(...call.args))
  } catch (error) {
    call.reject(error)
  }
  line.settled()
}

async function settle(line: Line, call: Call, answer: () => Promise<unknown>): Promise<void> {
  try {
    call.resolve(await answer())
  } catch (error) {
    call.reject(error)
  }
  line.settled()
}
