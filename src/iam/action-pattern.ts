// The `Action` and `NotAction` elements. Actions are ASCII and compared without regard to its case. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
import { lowerAscii } from './fold-case.ts'
import { compileGlob, matchesGlob, type Glob } from './pattern.ts'
import { parseTemplate } from './variables.ts'

export interface ActionPatterns {
  isNegated: boolean
  globs: readonly Glob[]
}

export function compileActions(patterns: readonly string[], isNegated: boolean): ActionPatterns {
  return { isNegated, globs: patterns.map(compileAction) }
}

/** Matches actions in lower case. */
export function compileAction(pattern: string): Glob {
  return compileGlob(parseTemplate(lowerAscii(pattern), { variables: false, wildcards: true }) ?? [])
}

/** `action` in lower case. */
export function matchesActions({ isNegated, globs }: ActionPatterns, action: string): boolean {
  return globs.some((glob) => matchesGlob(glob, action)) !== isNegated
}
