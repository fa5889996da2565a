// What every answer must be, whatever was asked.
import { S3_ERRORS } from '../../../src/errors.ts'
import { QUERY_ERRORS } from '../../../src/identity/query-error.ts'
import type { FuzzRequest } from './requests.ts'
import type { Answer, Outcome } from './wire.ts'
import type { World } from './world.ts'
import { xmlProblem } from './well-formed.ts'

const statuses = new Map<string, number>(Object.entries(S3_ERRORS).map(([code, [status]]) => [code, status]))

const queryStatuses = new Map<string, number>(Object.entries(QUERY_ERRORS))

/** Sentences; empty when all is well. */
export function problemsOf(request: FuzzRequest, outcome: Outcome, world: World): string[] {
  if (outcome.kind === 'hung') return ['No answer came in time']
  if (outcome.kind === 'closed') {
    if (!request.isOdd) return ['The connection was closed without an answer']
    return outcome.received.length > 0 ? ['An answer was cut off'] : []
  }
  const { answer } = outcome
  const problems = canaryProblems(request, answer, world)
  if (isOfRuntime(answer, request.method))
    return request.isOdd ? problems : [...problems, `The runtime refused it: ${answer.body.toString('latin1')}`]
  return [...problems, ...answerProblems(request, answer)]
}

function canaryProblems({ bytes }: FuzzRequest, { raw }: Answer, { canaries }: World): string[] {
  return canaries
    .filter((canary) => raw.includes(canary) && !bytes.includes(canary))
    .map((canary) => `The answer holds ${canary} of another account`)
}

/** Refused before the Worker saw it, in the runtime's own words. */
function isOfRuntime({ status, headers, body }: Answer, method: string): boolean {
  if (headers.has('x-amz-request-id') || ![400, 414, 431, 501].includes(status) || body.length > 100) return false
  if (method === 'HEAD') return true
  return /^(Bad Request|URI too long|invalid [A-Za-z -]+( parsed)?|ERROR: [\w .]+)$/.test(body.toString('latin1'))
}

function answerProblems(request: FuzzRequest, answer: Answer): string[] {
  const { status, headers } = answer
  if (isOfService(request))
    return status < 500 || status === 501 ? [] : [`Status ${status} of the service's own routes`]
  if (headers.has('x-amzn-requestid')) return queryProblems(answer)
  if (!headers.has('x-amz-request-id')) return [`Status ${status} is nobody's answer`]
  const text = answer.body.toString('utf8')
  const isXml = headers.get('content-type') === 'application/xml' && /^\s*<\?xml/.test(text)
  const code = isXml ? /<Error><Code>(\w+)<\/Code>/.exec(text)?.[1] : headers.get('x-amz-error-code')
  const problems: string[] = []
  if (isXml) {
    const problem = xmlProblem(answer.body)
    if (problem !== null) problems.push(`The XML is not well-formed: ${problem}`)
  }
  if (status >= 500 && code !== 'NotImplemented') problems.push(`Status ${status} with code ${code}`)
  if (status >= 400 && code === undefined) problems.push(`Status ${status} without an error code`)
  if (code !== undefined && status !== 200 && statuses.get(code) !== status)
    problems.push(`${code} came with status ${status}`)
  if (code === 'InternalError' || code === 'SlowDown') problems.push(`Code ${code}`)
  // What `values.ts` puts behind a line end.
  if (headers.has('x-amz-injected')) problems.push('A header was injected')
  if (request.isSound && code === 'SignatureDoesNotMatch') problems.push('A good signature was refused')
  return problems
}

/** What IAM and STS answer: XML of the Query protocol, with a code of theirs for every error. */
function queryProblems({ status, body }: Answer): string[] {
  const problem = xmlProblem(body)
  if (problem !== null) return [`The XML is not well-formed: ${problem}`]
  if (status === 200) return []
  const code = /<Code>(\w+)<\/Code>/.exec(body.toString('utf8'))?.[1] ?? ''
  if (queryStatuses.get(code) !== status) return [`${code} came with status ${status}`]
  return status >= 500 && status !== 501 ? [`Status ${status} with code ${code}`] : []
}

/** Its target is below /-/. */
function isOfService({ bytes }: FuzzRequest): boolean {
  return /^\S+ (http:\/\/[^/ ]*)?\/-\//.test(bytes.toString('latin1', 0, 1000))
}
