import { describe, expect, it } from 'vitest'
import { importProblems } from './imports.ts'

describe('importProblems()', () => {
  it.each([
    ['a folder it may import', 'src/auth/a.ts', "import { S3Error } from '../errors.ts'", []],
    ['its own folder', 'src/iam/a.ts', "import { b } from './b.ts'", []],
    [
      'a forbidden folder',
      'src/iam/a.ts',
      "import { b } from '../http/b.ts'",
      ['src/iam/a.ts must not import src/http/b.ts'],
    ],
    ['types it may import', 'src/s3/a.ts', "import type { B } from '../store/store.ts'", []],
    [
      'values where types are allowed',
      'src/s3/a.ts',
      "import { b } from '../store/b.ts'",
      ['src/s3/a.ts must not import src/store/b.ts'],
    ],
    [
      'an import over several lines',
      'src/iam/a.ts',
      "import {\n  b,\n} from '../errors.ts'",
      ['src/iam/a.ts must not import src/errors.ts'],
    ],
    [
      'a re-export',
      'src/kernels/a.ts',
      "export { b } from '../limits.ts'",
      ['src/kernels/a.ts must not import src/limits.ts'],
    ],
    [
      'an import of types inside braces',
      'src/http/a.ts',
      "import { type B } from '../errors.ts'",
      ['src/http/a.ts must not import src/errors.ts'],
    ],
    ['a file of a folder', 'src/s3/operations/a.ts', "import { b } from '../../iam/permission.ts'", []],
    [
      'another file of that folder',
      'src/s3/a.ts',
      "import { b } from '../iam/authorise.ts'",
      ['src/s3/a.ts must not import src/iam/authorise.ts'],
    ],
    ['an unknown folder', 'src/misc/a.ts', '', ['src/misc/a.ts is in no folder that test/support/imports.ts knows']],
  ])('judges %s', (_, name, text, problems) => {
    expect(importProblems({ name, text })).toEqual(problems)
  })
})
