// The policies of somebody who may do whatever the side of the resource allows. Pure.
import { compilePolicy } from '../iam/compile.ts'
import { noPolicies, type NamedPolicy } from '../iam/policy.ts'
import type { Loaded } from '../access/policy-set.ts'

const everything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

const allowed = [allow('identity')]

/** Nobody else's policies are known: where only the resource's side is asked about. */
export const anything: Loaded = {
  policies: { ...noPolicies, identity: allowed, session: [allow('session')] },
  tags: {},
}

/** Sessions are bounded by nothing here either. */
export const nothingOfTheirOwn: Loaded = { policies: { ...anything.policies, identity: [] }, tags: {} }

/** Is it the policy of somebody whose policies are not known? Then there is nothing to tell of it. */
export function isAssumed(policy: string): boolean {
  return allowed.some(({ name }) => name === policy)
}

function allow(use: 'identity' | 'session'): NamedPolicy {
  const compiled = compilePolicy(everything, use)
  if (compiled.outcome === 'malformed') throw new Error('The policy that allows everything does not compile')
  return { name: 'policies that are not looked at', policy: compiled.policy }
}
