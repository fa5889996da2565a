// Sends the requests of a run in rounds: within one they overlap, between two the world is made good again.
import { problemsOf } from './oracles.ts'
import { requestOf } from './requests.ts'
import type { FuzzRequest } from './requests.ts'
import { Wire } from './wire.ts'
import type { Outcome } from './wire.ts'
import { tend } from './world.ts'
import type { World } from './world.ts'

export interface Plan {
  port: number
  seed: number
  requests: number
  /** Called after each round. */
  afterRound?: () => void
}

export interface Report {
  /** One text for each failure, with the request to repeat it; at most `failuresMax`. */
  failures: string[]
  /** How often each generator met each status: `query 404`. */
  statuses: Map<string, number>
}

const connections = 12
const roundRequests = 500
const failuresMax = 20

export async function fuzz(world: World, { port, seed, requests, afterRound }: Plan): Promise<Report> {
  const wire = new Wire(port)
  const report: Report = { failures: [], statuses: new Map() }
  for (let start = 0; start < requests && report.failures.length < failuresMax; start += roundRequests) {
    await tend(world)
    const end = Math.min(start + roundRequests, requests)
    let next = start
    const worker = async () => {
      while (next < end) {
        const request = requestOf(seed, next++, world)
        const outcome = await wire.send(request)
        count(report, request, outcome)
        const problems = problemsOf(request, outcome, world)
        if (problems.length > 0) report.failures.push(describeFailure(request, outcome, problems))
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
    afterRound?.()
  }
  wire.close()
  return report
}

function count({ statuses }: Report, { label }: FuzzRequest, outcome: Outcome): void {
  const name = `${label} ${outcome.kind === 'answered' ? outcome.answer.status : outcome.kind}`
  statuses.set(name, (statuses.get(name) ?? 0) + 1)
}

/** One line for each generator. */
export function summaryOf({ statuses }: Report): string {
  const lines = new Map<string, string>()
  for (const [name, times] of [...statuses].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [label = '', status] = name.split(' ')
    lines.set(label, `${lines.get(label) ?? `${label}:`} ${status}×${times}`)
  }
  return [...lines.values()].join('\n')
}

function describeFailure(request: FuzzRequest, outcome: Outcome, problems: string[]): string {
  const received = outcome.kind === 'answered' ? outcome.answer.raw : outcome.received
  return [
    `Request ${request.index} (${request.label}): ${problems.join('; ')}`,
    printable(request.bytes),
    '──',
    printable(received),
  ].join('\n')
}

/** Bytes as a text that can be pasted into a test. */
function printable(bytes: Buffer): string {
  const shown = JSON.stringify(bytes.toString('latin1', 0, 2500))
  return bytes.length > 2500 ? `${shown} … ${bytes.length} bytes` : shown
}
