// What IAM demands of a role's trust policy. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
import { lowerAscii } from './fold-case.ts'
import type { StatementElement } from './policy-document.ts'
import type { Faults } from './policy-faults.ts'
import { isPrincipalOf } from './principal-values.ts'

const trustActions: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:tagsession',
  'sts:setsourceidentity',
  'sts:setcontext',
])

export function checkTrustStatement(statement: StatementElement, faults: Faults): void {
  const { path, principal, action, resource } = statement
  if (principal === null) faults.add(`${path}.Principal`, 'missing', 'Principal')
  else if (principal.isNegated) {
    faults.add(principal.path, statement.effect === 'Allow' ? 'not-principal-allow' : 'not-principal-forbidden')
  } else if (principal.named !== 'everyone') {
    for (const { path: at, type, value } of principal.named) {
      if (type === 'CanonicalUser' || !isPrincipalOf(type, value)) faults.add(at, 'principal', `"${type}":"${value}"`)
    }
  }
  if (action === null) faults.add(`${path}.Action`, 'missing', 'Action')
  else if (action.items.length === 0) faults.add(action.path, 'empty', 'Action')
  for (const { path: at, text } of action?.items ?? []) {
    if (!trustActions.has(lowerAscii(text))) faults.add(at, 'action-not-sts')
  }
  if (resource !== null)
    faults.add(resource.path, 'resource-forbidden', resource.isNegated ? 'NotResource' : 'Resource')
}
