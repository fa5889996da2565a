// AWS's words for what is wrong with a policy. IAM and S3 read policies with parsers of their own, which word the same fault
// differently: IAM's for what is attached to identities, another one, which S3 shares, for bucket and trust policies. The
// sentences are those that the services answer; where none is known, the parser's general one stands. No I/O, no clock.
import type { Fault, FaultCode } from './policy-faults.ts'
import type { PolicyProblem, PolicyUse } from './policy.ts'

/** The faults as problems, the one that AWS would answer with first. */
export function problemsOf(use: PolicyUse, faults: readonly Fault[]): PolicyProblem[] {
  switch (use) {
    case 'resource':
      return faults
        .filter(({ code }) => code !== 'leading-space')
        .map((fault) => ({ path: fault.path, message: worded(fault, [parserWords], 'Invalid policy syntax.') }))
    case 'trust':
      return faults.map((fault) => ({
        path: fault.path,
        message: worded(fault, [trustWords, parserWords], syntaxErrors),
      }))
    case 'identity':
    case 'session':
      return faults
        .map((fault) => ({ path: fault.path, ...identityWords(fault) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ path, message }) => ({ path, message }))
  }
}

/** A sentence, or one in which `%` stands for the detail. */
type Words = Readonly<Partial<Record<FaultCode, string>>>

function worded({ code, detail }: Fault, dictionaries: readonly Words[], otherwise: string): string {
  const words = dictionaries.map((dictionary) => dictionary[code]).find((sentence) => sentence !== undefined)
  return (words ?? otherwise).replace('%', () => detail)
}

const syntaxErrors = 'Syntax errors in policy.'
const leadingSpace = 'JSON strings must not have leading spaces'

/** The parser of bucket and trust policies. */
const parserWords: Words = {
  'no-object': "Policies must be valid JSON and the first byte must be '{'",
  syntax: 'This policy contains invalid Json',
  duplicate: 'Statement/policy already has instance of %',
  exclusive: 'Statement/policy already has instance of %',
  unknown: 'Unknown field %',
  missing: 'Missing required field %',
  empty: 'Missing required field % cannot be empty!',
  version: 'The policy must contain a valid version string',
  'no-statements': 'Could not parse the policy: Statement is empty!',
  'sid-twice': 'The Statement Ids in the policy are not unique',
  effect: 'Invalid effect: %',
  'effect-case': 'Invalid effect: %',
  principal: 'Invalid principal in policy',
  'not-principal-allow': 'Allow with NotPrincipal is not allowed.',
  action: 'Policy has invalid action',
  resource: 'Policy has invalid resource',
  'action-without-resource': 'Action does not apply to any resource(s) in statement',
  operator: 'Invalid Condition type : %',
  'condition-key': 'Policy has an invalid condition key',
  'condition-without-action': 'Conditions do not apply to combination of actions and resources in statement',
  ip: 'Invalid IP address in Conditions',
}

/** What IAM says of trust policies only. */
const trustWords: Words = {
  'leading-space': leadingSpace,
  'no-object': 'This policy contains invalid Json',
  principal: 'Invalid principal in policy: %',
  'not-principal-forbidden': 'AssumeRole policy must not contain NotPrincipal field.',
  'action-not-sts': 'AssumeRole policy may only specify STS AssumeRole actions.',
  'resource-forbidden': 'Has prohibited field %',
}

/** IAM checks a policy of an identity in passes; the rank is the pass. */
type Ranked = Readonly<Partial<Record<FaultCode, readonly [rank: number, words: string]>>>

const rankedWords: Ranked = {
  'leading-space': [0, leadingSpace],
  'principal-forbidden': [1, 'Policy document should not specify a principal.'],
  'effect-case': [2, 'The policy failed legacy parsing'],
  date: [2, 'The policy failed legacy parsing'],
  'resource-legacy': [2, 'The policy failed legacy parsing'],
  'sid-characters': [
    3,
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  'sid-twice': [3, 'Statement IDs (SID) in a single policy must be unique.'],
  'no-actions': [4, 'Policy statement must contain actions.'],
  resource: [5, '%'],
  'action-vendor': [6, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  'action-colons': [6, 'Actions/Condition can contain only one colon.'],
  vendor: [6, 'Vendor % is not valid'],
  'no-resources': [7, 'Policy statement must contain resources.'],
}

function identityWords({ code, detail }: Fault): { rank: number; message: string } {
  const [rank, words] = rankedWords[code] ?? [1, syntaxErrors]
  return { rank, message: words.replace('%', () => detail) }
}
