// THE TABLE: one import and one line per operation, in AWS's alphabetical order. Order means nothing to matching.
import type { Operation } from './operation.ts'

export const OPERATIONS: Operation[] = []
