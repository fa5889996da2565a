// Wildcard matching without backtracking over more than one `*`: a pattern is cut at its stars into pieces, the first and
// last of which have fixed places, and each of the others is looked for once, leftmost. That is right, because a star may
// swallow whatever the next piece leaves. Nothing of a policy becomes a regular expression. No I/O, no clock.
import type { Token } from './variables.ts'

/** Text in which the characters at `wild` may be any. */
interface Piece {
  text: string
  /** Null when there are none: then comparing is the engine's own string search. */
  wild: ReadonlySet<number> | null
}

/** Ready to be matched. `*` and `?` count UTF-16 code units, so that a `?` is half of an emoji. */
export type Glob =
  | { kind: 'any' }
  | { kind: 'exact'; text: string }
  | { kind: 'prefix'; text: string }
  /** What may stand between the pieces is anything; `length` is the sum of theirs. */
  | { kind: 'pieces'; pieces: readonly Piece[]; length: number }

/** A pattern out of tokens without variables. */
export function compileGlob(tokens: readonly Token[]): Glob {
  const pieces = cutAtStars(tokens)
  const [first, second] = pieces
  if (pieces.length === 1 && first !== undefined && first.wild === null) return { kind: 'exact', text: first.text }
  if (pieces.length === 2 && first !== undefined && first.wild === null && second?.text === '') {
    return first.text === '' ? { kind: 'any' } : { kind: 'prefix', text: first.text }
  }
  return { kind: 'pieces', pieces, length: pieces.reduce((sum, { text }) => sum + text.length, 0) }
}

function cutAtStars(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = []
  let text = ''
  let wild = new Set<number>()
  const cut = (): void => {
    pieces.push({ text, wild: wild.size === 0 ? null : wild })
    text = ''
    wild = new Set()
  }
  for (const token of tokens) {
    if (token.type === 'star') {
      // `**` is `*`: an empty piece is wanted at the ends only.
      if (text !== '' || pieces.length === 0) cut()
    } else if (token.type === 'any') {
      wild.add(text.length)
      text += '?'
    } else if (token.type === 'text') text += token.text
  }
  cut()
  return pieces
}

/** At most (length of the subject) × (length of the longest piece) steps. */
export function matchesGlob(glob: Glob, subject: string): boolean {
  switch (glob.kind) {
    case 'any':
      return true
    case 'exact':
      return subject === glob.text
    case 'prefix':
      return subject.startsWith(glob.text)
    case 'pieces':
      return matchesPieces(glob.pieces, glob.length, subject)
  }
}

function matchesPieces(pieces: readonly Piece[], length: number, subject: string): boolean {
  const first = pieces[0]
  const last = pieces.at(-1)
  if (first === undefined || last === undefined || length > subject.length) return false
  if (!standsAt(first, subject, 0)) return false
  if (pieces.length === 1) return length === subject.length
  const end = subject.length - last.text.length
  if (!standsAt(last, subject, end)) return false
  let at = first.text.length
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i]
    if (piece === undefined) return false
    const found = find(piece, subject, { from: at, to: end })
    if (found === -1) return false
    at = found + piece.text.length
  }
  return at <= end
}

function standsAt({ text, wild }: Piece, subject: string, at: number): boolean {
  if (wild === null) return subject.startsWith(text, at)
  for (let i = 0; i < text.length; i++) {
    if (!wild.has(i) && subject.charCodeAt(at + i) !== text.charCodeAt(i)) return false
  }
  return true
}

/** Where the piece stands leftmost from an offset on; -1 for nowhere before the other. */
function find(piece: Piece, subject: string, { from, to }: { from: number; to: number }): number {
  if (piece.wild === null) return subject.indexOf(piece.text, from)
  for (let at = from; at + piece.text.length <= to; at++) if (standsAt(piece, subject, at)) return at
  return -1
}
