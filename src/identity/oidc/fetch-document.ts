// The one place where an identity provider is asked something: a JSON document by GET, bounded in time and size, without
// following a redirect (which could lead from a registered URL anywhere).
import { oidcDocumentBytesMax, oidcFetchMilliseconds } from '../../limits.ts'

export type FetchedDocument =
  | { outcome: 'fetched'; document: unknown }
  /** No answer, or one that asks to come back later. */
  | { outcome: 'unreachable'; why: string }
  /** An answer that is not the document. */
  | { outcome: 'unusable'; why: string }

export type FetchDocument = (url: string) => Promise<FetchedDocument>

/** Fetches a document. Never rejects; `why` names the URL and nothing of what it answered. */
export async function fetchDocument(url: string): Promise<FetchedDocument> {
  // One time limit for head and body.
  const signal = AbortSignal.timeout(oidcFetchMilliseconds)
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json', 'user-agent': 'edgeshard' },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      const isTransient = response.status >= 500 || response.status === 429
      return { outcome: isTransient ? 'unreachable' : 'unusable', why: `${url} answered ${response.status}` }
    }
    const text = await readAtMost(response.body, oidcDocumentBytesMax)
    if (text === null) return { outcome: 'unusable', why: `${url} has more than ${oidcDocumentBytesMax} bytes` }
    return parsed(text, url)
  } catch (error) {
    const what = signal.aborted ? `no answer in ${oidcFetchMilliseconds} ms` : describe(error)
    return { outcome: 'unreachable', why: `${url}: ${what}` }
  }
}

function parsed(text: string, url: string): FetchedDocument {
  try {
    return { outcome: 'fetched', document: JSON.parse(text) as unknown }
  } catch {
    return { outcome: 'unusable', why: `${url} is no JSON` }
  }
}

/** The body as text; null when it is longer. */
async function readAtMost(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<string | null> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const piece of body) {
    size += piece.length
    // Leaving the loop cancels the body.
    if (size > bytesMax) return null
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
