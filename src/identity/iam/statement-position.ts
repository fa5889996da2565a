// Where a statement stands in the text of its policy: lines and columns, as IAM's simulator tells them. No I/O, no clock.

export interface Position {
  /** From 1. */
  line: number
  /** From 1. */
  column: number
}

/** Start and end (behind its last character) of the statement; null when there is none. `index` from 0. Linear. */
export function statementPosition(document: string, index: number): { start: Position; end: Position } | null {
  const range = statementRange(document, index)
  return range === null ? null : { start: positionOf(document, range.start), end: positionOf(document, range.end) }
}

function positionOf(document: string, offset: number): Position {
  const before = document.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

/** Offsets of the statement. The document is well-formed JSON: it was stored, or compiled, before. */
function statementRange(document: string, index: number): { start: number; end: number } | null {
  const state = { depth: 0, isStatement: false, inList: false, seen: -1, start: 0 }
  let previous = ''
  for (const { 0: text, index: offset } of document.matchAll(token)) {
    // `"Statement":` of the document itself; what follows is a list or one statement.
    if (text === ':' && state.depth === 1) state.isStatement = isKeyStatement(previous)
    else if (text === '{' || text === '[') {
      if (state.isStatement && state.depth === 1 && text === '[') state.inList = true
      if (state.isStatement && text === '{' && state.depth === (state.inList ? 2 : 1)) {
        state.seen += 1
        state.start = offset
      }
      state.depth += 1
    } else if (text === '}' || text === ']') {
      state.depth -= 1
      const isEnd = text === '}' && state.depth === (state.inList ? 2 : 1)
      if (state.isStatement && isEnd && state.seen === index) return { start: state.start, end: offset + 1 }
      if (state.depth === 1 && text === ']') state.inList = false
    }
    if (text === ',' && state.depth === 1) state.isStatement = false
    previous = text
  }
  return null
}

function isKeyStatement(key: string): boolean {
  return key.startsWith('"') && JSON.parse(key) === 'Statement'
}
