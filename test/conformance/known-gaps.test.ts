import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { iamActions } from '../../src/identity/iam/actions.ts'
import { notImplementedActions } from '../../src/identity/iam/not-implemented.ts'
import { notImplementedOperations } from '../../src/s3/not-implemented.ts'
import { AWS_CONTROL_OPERATIONS, AWS_OPERATIONS } from './aws-operations.ts'
import { AWS_IAM_ACTIONS, IAM_NOT_IMPLEMENTED } from './iam-gaps.ts'
import { KNOWN_GAPS, NOT_IMPLEMENTED } from './known-gaps.ts'

const coverage = readFileSync(join(import.meta.dirname, 'COVERAGE.md'), 'utf8')
/** The first cell of every row that links to AWS. */
const covered = coverage
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('docs.aws.amazon.com'))
  .map((line) => line.split('|')[1]?.trim() ?? '')

const missing = NOT_IMPLEMENTED.map(({ name }) => name)

describe('the list of known gaps', () => {
  it('names exactly the operations that answer NotImplemented', () => {
    expect(notImplementedOperations.map(({ name }) => name).toSorted()).toEqual(missing.toSorted())
  })

  it('and COVERAGE.md together have every operation of AWS, each once', () => {
    const known = [...AWS_OPERATIONS, ...AWS_CONTROL_OPERATIONS].map(([name]) => name)
    expect([...covered, ...missing].toSorted()).toEqual(known.toSorted())
  })

  it('names exactly the actions of IAM that answer NotImplemented', () => {
    const names = IAM_NOT_IMPLEMENTED.map(({ name }) => name)
    expect(notImplementedActions.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it('and the table of actions has every action of AWS IAM, each once', () => {
    expect(iamActions.map(({ name }) => name).toSorted()).toEqual(AWS_IAM_ACTIONS.toSorted())
  })

  it('says of each gap what a client sees, once', () => {
    for (const { name, what } of KNOWN_GAPS) expect([name, what.length > 10]).toEqual([name, true])
    const names = KNOWN_GAPS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
