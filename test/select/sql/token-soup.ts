/** Pieces of statements in random order. */
const pieces =
  `SELECT FROM WHERE LIMIT S3Object S3Object[*] s a "b" 'c' 1 2.5 .3 9223372036854775808 AND OR NOT IN BETWEEN LIKE
ESCAPE IS NULL MISSING TRUE FALSE CASE WHEN THEN ELSE END CAST AS INT DECIMAL ( ) ( ) [ ] , , . ; * + - / % ^ || = <> != < <= > >=
COUNT( SUM( LOWER( SUBSTRING( TRIM( EXTRACT( DATE_ADD( COALESCE( year FOR GROUP BY HAVING ORDER ASC DESC NULLS FIRST DISTINCT ALL
OFFSET UNION INTERSECT EXCEPT WITH EXISTS JOIN LEFT ON CROSS OVER PARTITION ROWS CURRENT ROW "b/k" \`2010T\` @ ? { } : ! | -- /*
*/ ' " \` # \u00E9 \u{1F600} \uD800 e1 0x1 x.y[0]['z']`.split(/\s+/)

/** Up to `most` pieces, now and then without blanks between them. */
export function tokenSoup(random: () => number, most: number): string {
  const count = 1 + Math.floor(random() * most)
  const soup = Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)])
  return soup.join(random() < 0.9 ? ' ' : '')
}
