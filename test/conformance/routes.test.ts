import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { indexOperations, matchOperation } from '../../src/s3/match.ts'
import { notImplementedOperations } from '../../src/s3/not-implemented.ts'
import { requestFor } from '../support/bucket-store.ts'
import { AWS_CONTROL_OPERATIONS, AWS_OPERATIONS } from './aws-operations.ts'
import type { Level } from '../../src/s3/address.ts'
import type { Operation } from '../../src/s3/operation.ts'

const folder = join(import.meta.dirname, '../../src/s3/operations')

/** Every operation the folder exports, alone or in a list. */
async function operationsOfFolder(): Promise<Operation[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const modules = await Promise.all(files.map((file) => import(join(folder, file)) as Promise<object>))
  const exported = modules.flatMap((module): unknown[] => Object.values(module)).flat()
  return exported.filter((value): value is Operation => typeof value === 'object' && value !== null && 'bind' in value)
}

const operations = [...(await operationsOfFolder()), ...notImplementedOperations]
const names = new Set(operations.map(({ name }) => name))

/** The name of what a request is taken for, with the operations in this order. */
function matched(order: Operation[], [, method, url, header]: (typeof AWS_OPERATIONS)[number]): string {
  const { address, query, headers } = requestFor(url, header === undefined ? {} : { headers: { [header]: 'x' } })
  const level: Level = address.level
  return matchOperation(indexOperations(order), { method, level, query, headers }).name
}

describe('routes', () => {
  it.each(AWS_OPERATIONS.filter(([name]) => names.has(name)))('%s is %s %s', (...request) => {
    expect(matched(operations, request)).toBe(request[0])
    expect(matched(operations.toReversed(), request)).toBe(request[0])
  })

  it.each(AWS_CONTROL_OPERATIONS)('%s is %s at the level of the account', (name, method) => {
    const { query, headers } = requestFor('/')
    for (const order of [operations, operations.toReversed()]) {
      expect(matchOperation(indexOperations(order), { method, level: 'account', query, headers }).name).toBe(name)
    }
  })

  it('are all of operations AWS has, but those of docs/select.md', () => {
    const known = new Set([...AWS_OPERATIONS, ...AWS_CONTROL_OPERATIONS].map(([name]) => name))
    expect([...names].filter((name) => !known.has(name))).toEqual(['SelectObjects'])
  })
})
