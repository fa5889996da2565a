// Reads the YAML that docs/ uses: block maps and lists, plain and quoted scalars, `[a, b]`. Everything else is an error.

export type Yaml = null | boolean | number | string | Yaml[] | { [key: string]: Yaml }

interface Line {
  indent: number
  text: string
  number: number
}

export function parseYaml(source: string): Yaml {
  const lines = source
    .split('\n')
    .map((raw, i) => ({ indent: raw.search(/\S|$/), text: raw.trim(), number: i + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
  const { value, next } = parseBlock(lines, 0)
  if (next < lines.length) throw new SyntaxError(`Line ${lines[next]?.number}: unexpected indentation`)
  return value
}

type Parsed = { value: Yaml; next: number }

function parseBlock(lines: Line[], start: number): Parsed {
  const first = lines[start]
  if (first === undefined) return { value: null, next: start }
  return isItem(first) ? parseList(lines, start, first.indent) : parseMap(lines, start, first.indent)
}

const isItem = ({ text }: Line): boolean => text === '-' || text.startsWith('- ')

function parseList(lines: Line[], start: number, indent: number): Parsed {
  const value: Yaml[] = []
  let next = start
  for (let line = lines[next]; line !== undefined && line.indent === indent && isItem(line); line = lines[next]) {
    const text = line.text.slice(2)
    if (!/^("[^"]*"|[\w$/{}.-]+):(\s|$)/.test(text)) {
      value.push(parseScalar(text, line))
      next++
      continue
    }
    // '- name: limit' opens a map whose first line stands two columns further in.
    lines[next] = { ...line, indent: indent + 2, text }
    const item = parseMap(lines, next, indent + 2)
    value.push(item.value)
    next = item.next
  }
  return { value, next }
}

function parseMap(lines: Line[], start: number, indent: number): Parsed {
  const value: { [key: string]: Yaml } = {}
  let next = start
  for (let line = lines[next]; line !== undefined && line.indent === indent && !isItem(line); line = lines[next]) {
    const match = /^("[^"]*"|[^\s:"]+):(?:\s+(.*))?$/.exec(line.text)
    if (match === null) throw new SyntaxError(`Line ${line.number}: not a key with a value: ${line.text}`)
    const key = parseKey(match[1] ?? '')
    if (key in value) throw new SyntaxError(`Line ${line.number}: ${key} stands twice`)
    if (match[2] !== undefined) {
      value[key] = parseScalar(match[2], line)
      next++
      continue
    }
    const deeper = lines[next + 1]
    if (deeper === undefined || deeper.indent <= indent) throw new SyntaxError(`Line ${line.number}: ${key} is empty`)
    const block = parseBlock(lines, next + 1)
    value[key] = block.value
    next = block.next
  }
  return { value, next }
}

function parseKey(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text
}

function parseScalar(text: string, line: Line): Yaml {
  if (text.startsWith('"')) return JSON.parse(text) as string
  if (text.startsWith('['))
    return text
      .slice(1, -1)
      .split(', ')
      .map((item) => parseScalar(item, line))
  if (/^[>|&*!%@`{']|: |\s#/.test(text))
    throw new SyntaxError(`Line ${line.number}: this YAML is not read here: ${text}`)
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
