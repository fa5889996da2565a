// What an error answer says.

/** `404 NoSuchKey`; the status alone where no document says more. */
export async function codeOf(response: Response | Promise<Response>): Promise<string> {
  const answer = await response
  return codeIn(answer.status, await answer.text())
}

/** The same of an answer that was read already. */
export function codeIn(status: number, body: string | Uint8Array): string {
  const code = /<Code>(\w+)<\/Code>/.exec(Buffer.from(body).toString('utf8'))?.[1] ?? ''
  return `${status} ${code}`.trim()
}

/** The elements of an error document, in order; not an error document: null. */
export function errorElements(xml: string): [name: string, text: string][] | null {
  const inner = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<Error>(.*)<\/Error>$/s.exec(xml)?.[1]
  if (inner === undefined) return null
  return [...inner.matchAll(/<([\w-]+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, text])
}
