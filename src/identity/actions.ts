// THE TABLE of IAM's and STS's actions, by name. No I/O.
import { iamActions } from './iam/actions.ts'
import { stsActions } from './sts/actions.ts'
import type { Action } from './action.ts'

export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  [...iamActions, ...stsActions].map((action) => [action.name, action]),
)
