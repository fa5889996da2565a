// The engine against the naive evaluator of test/support, over random policies and requests.
import { describe, expect, it } from 'vitest'
import { compilePolicy } from '../../src/iam/compile.ts'
import { evaluate, type Question } from '../../src/iam/evaluate.ts'
import type { CompiledPolicy, NamedPolicy, PolicySet, PolicyUse } from '../../src/iam/policy.ts'
import { naiveDecision, type NaivePrincipal, type NaiveQuestion } from '../support/naive-policy.ts'
import { contextOf } from '../support/policy-fixtures.ts'
import { randomQuestion } from '../support/random-policy.ts'

const cases = 8_000

/** Policies of one question, which the maker of questions has had compiled already. */
const compiledOnce = new Map<string, CompiledPolicy>()

function isStorable(text: string, use: PolicyUse): boolean {
  const result = compilePolicy(text, use)
  if (result.outcome === 'malformed') return false
  compiledOnce.set(text, result.policy)
  return true
}

function named(text: string, use: PolicyUse): NamedPolicy {
  return { name: use, policy: compiledOnce.get(text)! }
}

function principalOf(principal: NaivePrincipal): Question['principal'] {
  const { type, accountId = '', arn = '', name = '', roleArn = '', issuerArn = '' } = principal
  switch (type) {
    case 'Anonymous':
      return { type }
    case 'Service':
      return { type, name }
    case 'WebIdentity':
      return { type, provider: name }
    case 'Account':
      return { type, accountId, arn, userId: accountId }
    case 'User':
      return { type, accountId, arn, userId: 'AIDA1', username: arn.split('/')[1] ?? '' }
    case 'AssumedRole':
      return { type, accountId, arn, userId: 'AROA1:s1', roleArn, roleId: 'AROA1', sessionName: 's1' }
    case 'FederatedUser':
      return { type, accountId, arn, userId: '1:fred', issuer: { arn: issuerArn, userId: 'AIDA1' } }
  }
}

function engineDecision(question: NaiveQuestion): string {
  const policies: PolicySet = {
    identity: question.identity.map((text) => named(text, 'identity')),
    boundary: question.boundary === null ? null : named(question.boundary, 'identity'),
    session: question.session?.map((text) => named(text, 'identity')) ?? null,
    serviceControl: question.serviceControl?.map((text) => named(text, 'identity')) ?? null,
  }
  const { resourcePolicy, isTrust } = question
  const decision = evaluate({
    principal: principalOf(question.principal),
    canonicalId: question.principal.canonicalId ?? null,
    action: question.action,
    resource: question.resource,
    resourceAccountId: question.resourceAccountId,
    context: contextOf(question.context),
    policies,
    resourcePolicy: resourcePolicy === null ? null : named(resourcePolicy, isTrust ? 'trust' : 'resource'),
    acl: question.acl === null ? null : { to: question.acl, name: 'acl' },
    ...(isTrust ? { resourceMustAllow: true } : {}),
  })
  if (decision.allowed) return 'allowed'
  return decision.denial === 'explicit' ? 'explicit' : `implicit ${decision.missing}`
}

describe('evaluate()', () => {
  it(`decides ${cases} random questions as the naive evaluator does`, () => {
    const counts = new Map<string, number>()
    for (let seed = 1; seed <= cases; seed++) {
      compiledOnce.clear()
      const question = randomQuestion(seed, isStorable)
      const naive = naiveDecision(question)
      counts.set(naive, (counts.get(naive) ?? 0) + 1)
      if (engineDecision(question) !== naive) {
        expect({ seed, question, engine: engineDecision(question) }).toEqual({ seed, question, engine: naive })
      }
    }
    // Every outcome is met often enough to mean something.
    const outcomes = [
      'allowed',
      'explicit',
      ...['identity', 'resource', 'boundary', 'session', 'service-control'].map((kind) => `implicit ${kind}`),
    ]
    for (const outcome of outcomes) expect(counts.get(outcome) ?? 0, outcome).toBeGreaterThan(cases / 200)
  })
})
