// Comparing without regard to case, such that nothing outside ASCII ever equals something inside: lower-casing as it comes
// makes the Kelvin sign a `k`. No I/O, no clock.

/** The letters A to Z in lower case, the rest as it is: for names that are ASCII (actions, operators). */
export function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32))
}

/** Lower case of every script, for the IgnoreCase operators; what would become ASCII or longer stays. */
export function foldCase(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) {
    const lower = character.toLowerCase()
    const isKept = character > '\x7f' && (lower <= '\x7f' || lower.length !== character.length)
    folded += isKept ? character : lower
  }
  return folded
}
