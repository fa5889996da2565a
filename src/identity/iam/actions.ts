// The actions of IAM, in alphabetical order.
import type { Action } from '../action.ts'

export const iamActions: readonly Action[] = []
