// A Select over a stored object through the server, against a plain GET of the same object: wall-clock time, taking turns.
import { MiB, operation } from '../requests.ts'
import { startProduct } from '../targets.ts'
import { benchRow, csvColumns, csvLine } from './data.ts'
import { seeded } from '../../select/differential/random.ts'
import type { Body } from '../connection.ts'
import type { Options } from '../options.ts'
import type { Operation } from '../slice.ts'

export interface HttpResult {
  name: string
  getMegabytesPerSecond: number
  selectMegabytesPerSecond: number
  /** Median over rounds of the GET's time by the Select's. */
  ratio: number
  atLeast: number
}

const path = '/bench-select/rows.csv'
const objectBytes = 256 * MiB

/** WHERE over 256 MiB of CSV. */
export async function measureOverHttp({ rounds }: Options): Promise<HttpResult> {
  const product = await startProduct()
  try {
    await product.call({ method: 'PUT', path: '/bench-select' })
    const connection = product.connection(0)
    const body = csvBody()
    await operation(product, { method: 'PUT', path }, { status: 200 }, body)(connection)
    const get = operation(product, { method: 'GET', path }, { status: 200, bytes: objectBytes })
    const query = { method: 'POST' as const, path, query: { select: '', 'select-type': '2' } }
    const asked = { piece: selectBody(), times: 1 }
    const answer = await product.call({ ...query, length: asked.piece.length }, { body: asked })
    if (!answer.body.includes('End')) throw new Error('The Select fails')
    const select = operation(product, query, { status: 200 }, asked)
    const time = async (work: Operation) => {
      const start = performance.now()
      await work(connection)
      return performance.now() - start
    }
    const times: { get: number; select: number }[] = []
    for (let round = -1; round < rounds; round += 1) {
      const each = { get: await time(get), select: await time(select) }
      // The first warms up.
      if (round >= 0) times.push(each)
    }
    const rate = (milliseconds: number) => objectBytes / 1e3 / milliseconds
    return {
      name: 'WHERE over a CSV of 256 MiB',
      getMegabytesPerSecond: rate(median(times.map((each) => each.get))),
      selectMegabytesPerSecond: rate(median(times.map((each) => each.select))),
      ratio: median(times.map((each) => each.get / each.select)),
      atLeast: 0.5,
    }
  } finally {
    await product.remove()
  }
}

/** One MiB of whole records, sent again and again. */
function csvBody(): Body {
  const random = seeded(7)
  let text = `${csvColumns.join(',')}\n`
  while (text.length < MiB - 512) text += csvLine(benchRow(text.length, random))
  // The last record fills the piece to its last byte.
  const filler = `0,a,b,c,d,1,2.00,e,f,${'x'.repeat(MiB)}`
  text += `${filler.slice(0, MiB - text.length - 1)}\n`
  return { piece: Buffer.from(text, 'latin1'), times: objectBytes / MiB }
}

function selectBody(): Buffer {
  const expression = "SELECT s._2, s._8 FROM S3Object s WHERE s._4 = 'Reykjavik'"
  return Buffer.from(
    `<SelectObjectContentRequest><Expression>${expression}</Expression><ExpressionType>SQL</ExpressionType>` +
      '<InputSerialization><CSV><FileHeaderInfo>IGNORE</FileHeaderInfo><AllowQuotedRecordDelimiter>TRUE</AllowQuotedRecordDelimiter></CSV></InputSerialization>' +
      '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>',
  )
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
