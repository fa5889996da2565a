// Whether bytes are well-formed XML as S3 writes it: no document type, no CDATA, no comments. Written apart from src.

/** Why not; null when they are. */
export function xmlProblem(bytes: Buffer): string | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return 'it is not UTF-8'
  }
  const body = text.replace(/^\s*<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '')
  const open: string[] = []
  let last = 0
  for (const tag of body.matchAll(/<([^<>]*)>/g)) {
    const between = textProblem(body.slice(last, tag.index))
    if (between !== null) return between
    if (open.length === 0 && last > 0) return 'something follows the root'
    last = tag.index + tag[0].length
    const match = /^(\/?)([A-Za-z][\w:.-]*)((?: [\w:]+="[^"<]*")*)(\/?)$/.exec(tag[1] ?? '')
    if (match === null) return `<${tag[1]}> is no tag`
    const [, slash, name = '', attributes = '', empty] = match
    if (slash === '/' && open.pop() !== name) return `</${name}> closes nothing`
    if (slash === '' && empty === '') open.push(name)
    const inside = textProblem(attributes)
    if (inside !== null) return inside
  }
  if (last === 0) return 'it holds no element'
  if (open.length > 0) return `<${open.at(-1)}> is not closed`
  return body.slice(last).trim() === '' ? null : 'something follows the root'
}

function textProblem(text: string): string | null {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const wrong = /[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-F]+);)|[\0-\x08\x0b-\x1f\ufffe\uffff]/.exec(text)
  return wrong === null ? null : `"${wrong[0]}" stands in a text`
}
