import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { Parts } from '../../../src/select/fan-out/parts.ts'
import { RecordsRun } from '../../../src/select/fan-out/records-run.ts'
import type { PartQuery } from '../../../src/select/fan-out/part-query.ts'
import { fakeNodes } from '../../support/part-nodes.ts'
import type { FakeNodes, FakeRecord } from '../../support/part-nodes.ts'

const request = {} as PartQuery['request']

async function begin(nodes: FakeNodes, limit: number | null = null): Promise<RecordsRun> {
  const query: PartQuery = { request, now: 0, isFirst: true, gives: 'records', skip: 0, limit }
  const parts = new Parts(
    nodes,
    nodes.made.map(() => query),
  )
  await parts.begin()
  return new RecordsRun(parts, limit)
}

async function textOf(run: RecordsRun): Promise<string> {
  let text = ''
  for (let bytes = await run.next(); bytes !== null; bytes = await run.next()) text += Buffer.from(bytes).toString()
  return text
}

/** Parts of so many records: `0.0`, `0.1`, … `1.0`, … */
function records(...counts: number[]): string[][] {
  return counts.map((count, part) => Array.from({ length: count }, (_, n) => `${part}.${n}`))
}

function linesOf(parts: FakeRecord[][]): string {
  return parts
    .flat()
    .filter((record) => typeof record === 'string')
    .map((record) => `${record}\n`)
    .join('')
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10))
}

describe('RecordsRun', () => {
  it('gives the records of all parts in order', async () => {
    const parts = records(7, 0, 1, 12)
    const run = await begin(fakeNodes(parts))
    expect(await textOf(run)).toBe(linesOf(parts))
    expect(run.stats()).toEqual({ scanned: 20, processed: 40, returned: linesOf(parts).length })
  })

  it('has all parts at work before the first one is read', async () => {
    const nodes = fakeNodes(records(9, 9, 9))
    const run = await begin(nodes)
    await settled()
    expect(nodes.made).toEqual([3, 3, 3])
    await run.close()
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16])('stops after LIMIT %i, wherever that is', async (limit) => {
    const parts = records(5, 0, 5, 5)
    const nodes = fakeNodes(parts)
    const run = await begin(nodes, limit)
    expect(await textOf(run)).toBe(linesOf([parts.flat().slice(0, limit)]))
    await settled()
    expect(new Set(nodes.closed)).toEqual(new Set(nodes.asked.map(({ part }) => part)))
  })

  it('asks a node that is lost anew for what was not given yet', async () => {
    const parts: FakeRecord[][] = records(5, 8, 4)
    parts[1]!.splice(4, 0, { lost: true })
    parts[2]!.unshift({ lost: true })
    const expected = linesOf(parts)
    const nodes = fakeNodes(parts)
    expect(await textOf(await begin(nodes))).toBe(expected)
    expect(nodes.asked.filter(({ part }) => part === 1).map(({ query }) => query.skip)).toEqual([0, 4])
  })

  it('gives up on a part whose nodes are lost again and again', async () => {
    const losses: FakeRecord[] = [{ lost: true }, { lost: true }, { lost: true }]
    const run = await begin(fakeNodes([...records(2), [...losses, 'never']]))
    await expect(textOf(run)).rejects.toThrow('The node was reset')
  })

  it('throws the error of a part behind what came before it', async () => {
    const error = new S3Error('CastFailed', { message: 'Cannot cast', fields: { Column: 'a' } })
    const nodes = fakeNodes([...records(4), ['1.0', '1.1', '1.2', error, 'never'], ['2.0']])
    const run = await begin(nodes)
    let text = ''
    const reading = (async () => {
      for (let bytes = await run.next(); bytes !== null; bytes = await run.next()) text += Buffer.from(bytes).toString()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'CastFailed', message: 'Cannot cast', fields: { Column: 'a' } })
    expect(text).toBe('0.0\n0.1\n0.2\n0.3\n1.0\n1.1\n1.2\n')
    await settled()
    expect(new Set(nodes.closed)).toEqual(new Set([0, 1, 2]))
  })

  it('does not begin where the first part does not', async () => {
    const nodes = fakeNodes([[new S3Error('MissingHeaderName')], ['1.0']])
    await expect(begin(nodes)).rejects.toMatchObject({ code: 'MissingHeaderName' })
    expect(nodes.asked).toHaveLength(1)
  })

  it('stops all parts when it is closed', async () => {
    const nodes = fakeNodes(records(100, 100, 100))
    const run = await begin(nodes)
    await run.next()
    await run.close()
    await settled()
    expect(new Set(nodes.closed)).toEqual(new Set([0, 1, 2]))
    expect(Math.max(...nodes.made)).toBeLessThan(12)
  })

  it('asks for no further part once it is closed', async () => {
    const nodes = fakeNodes(records(9, 9, 9, 9, 9))
    const run = await begin(nodes)
    await run.close()
    const asked = nodes.asked.length
    expect(asked).toBeLessThanOrEqual(2)
    await settled()
    expect(nodes.asked).toHaveLength(asked)
  })

  it('lets no part run further ahead than its reader', async () => {
    const nodes = fakeNodes(records(1000, 1000))
    const run = await begin(nodes)
    await settled()
    expect(nodes.made[1]).toBeLessThan(20)
    await run.close()
  })
})
