// The actions of STS, in alphabetical order.
import type { Action } from '../action.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

export const stsActions: readonly Action[] = [getCallerIdentity]
