// Whom a policy names, for who stores it: AWS takes no policy that names somebody who does not exist, and an account id of
// twelve digits need not be one. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
import type { CompiledPolicy } from './policy.ts'
import type { NamedPrincipal } from './principal-matcher.ts'

/** Every principal that Principal and NotPrincipal name, once each, in order; without `*`. */
export function namedPrincipals(policy: CompiledPolicy): NamedPrincipal[] {
  const found = new Map<string, NamedPrincipal>()
  for (const { source } of policy.statements) {
    for (const { type, value } of source.principals === 'everyone' ? [] : source.principals) {
      if (value !== '*') found.set(`${type} ${value}`, { type, value })
    }
  }
  return [...found.values()]
}
