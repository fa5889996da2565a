// What kind of value an expression has, as far as that can be told without rows. No I/O, no clock.
import type { Bound, CastType } from '../bind/bound.ts'
import type { SourceFacts } from '../bind/source-scope.ts'
import type { Expression } from '../sql/ast.ts'

/** `int` and `number`: SQLite's numbers. `any`: not known. NULL is in all of them. */
export type Category = 'any' | 'boolean' | 'int' | 'number' | 'text' | 'time'

const casts: Record<CastType, Category> = {
  BOOL: 'boolean',
  INT: 'int',
  FLOAT: 'number',
  DECIMAL: 'number',
  STRING: 'text',
  TIMESTAMP: 'time',
}

const functions = new Map<string, Category>([
  ['CHAR_LENGTH', 'int'],
  ['DATE_ADD', 'time'],
  ['DATE_DIFF', 'int'],
  ['EXTRACT', 'int'],
  ['LENGTH', 'int'],
  ['LOWER', 'text'],
  ['SIZE', 'int'],
  ['SUBSTRING', 'text'],
  ['TO_STRING', 'text'],
  ['TO_TIMESTAMP', 'time'],
  ['TRIM', 'text'],
  ['UPPER', 'text'],
  ['UTCNOW', 'time'],
])

/** A column as it is read: every field of CSV is text. */
export function categoryOfColumn(format: SourceFacts['format'], bound: Bound): Category {
  return format === 'CSV' && bound.op === 'column' ? 'text' : 'any'
}

export function isNumber(category: Category): boolean {
  return category === 'int' || category === 'number'
}

/** Whether SQLite compares two such values as the language does. */
export function comparesAlike(left: Category, right: Category): boolean {
  if (isNumber(left)) return isNumber(right)
  return left === right && (left === 'text' || left === 'boolean')
}

/** The kind of an expression, given that of the names in it. */
export function categoryOf(
  expression: Expression,
  nameCategory: (path: Expression & { kind: 'path' }) => Category,
): Category {
  const of = (part: Expression) => categoryOf(part, nameCategory)
  switch (expression.kind) {
    case 'constant':
      return typeof expression.value === 'string' ? 'text' : typeof expression.value === 'boolean' ? 'boolean' : 'any'
    case 'number':
      return /^\d{1,18}$/.test(expression.text) ? 'int' : 'number'
    case 'timestamp':
      return 'time'
    case 'path':
      return nameCategory(expression)
    case 'negate':
      return of(expression.operand) === 'int' ? 'int' : 'number'
    case 'arithmetic':
      if (expression.operator === '||') return 'text'
      return of(expression.left) === 'int' && of(expression.right) === 'int' ? 'int' : 'number'
    case 'cast':
      return casts[expression.type]
    case 'call':
      return functions.get(expression.name) ?? 'any'
    case 'aggregate':
      return categoryOfAggregate(expression.function, expression.argument === null ? 'any' : of(expression.argument))
    case 'window':
      return categoryOfWindow(expression.name, expression.arguments.map(of))
    case 'case':
      return commonCategory([
        ...expression.branches.map(({ result }) => of(result)),
        ...(expression.otherwise === null ? [] : [of(expression.otherwise)]),
      ])
    case 'and':
    case 'or':
    case 'not':
    case 'compare':
    case 'between':
    case 'in':
    case 'in-query':
    case 'like':
    case 'is':
    case 'exists':
      return 'boolean'
    case 'access':
    case 'list':
    case 'subquery':
      return 'any'
  }
}

function commonCategory([first, ...others]: Category[]): Category {
  return first !== undefined && others.every((other) => other === first) ? first : 'any'
}

/** The least and greatest of numbers in text are numbers. */
function categoryOfAggregate(name: string, argument: Category): Category {
  if (name === 'COUNT') return 'int'
  if (name === 'AVG') return 'number'
  if (name === 'SUM') return argument === 'int' ? 'int' : 'number'
  return argument === 'text' ? 'any' : argument
}

function categoryOfWindow(name: string, [first]: Category[]): Category {
  if (/^(AVG|COUNT|MAX|MIN|SUM)$/.test(name)) {
    return name === 'MIN' || name === 'MAX' ? (first ?? 'any') : categoryOfAggregate(name, first ?? 'any')
  }
  if (name === 'PERCENT_RANK' || name === 'CUME_DIST') return 'number'
  return /^(RANK|DENSE_RANK|ROW_NUMBER|NTILE)$/.test(name) ? 'int' : (first ?? 'any')
}
