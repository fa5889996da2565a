// A small table as CSV, JSON lines and bzip2, for tests of S3 Select.
import { Buffer } from 'node:buffer'

export const cities = [
  { name: 'Berlin', country: 'Germany', population: 3677472 },
  { name: 'Köln', country: 'Germany', population: 1073096 },
  { name: 'Rome, the "eternal"', country: 'Italy', population: 4342212 },
  { name: 'Reykjavik', country: 'Iceland', population: 139875 },
]

function csvField(value: string | number): string {
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** With a header; in bytes, as positions count. */
export const citiesCsv = Buffer.from(
  `name,country,population\n${cities.map((city) => `${Object.values(city).map(csvField).join(',')}\n`).join('')}`,
)

export const citiesJsonLines = cities.map((city) => `${JSON.stringify(city)}\n`).join('')

/** `citiesCsv` as bzip2 writes it. */
export const bzip2Sample = Buffer.from(
  'QlpoOTFBWSZTWZls3+0AADLfjAAQUAR/4BCoEAAuf9cgAQAIACAAdBqnlGE0aaADQNDQIp6m9KGIGmgBoAGQmJuE2q1ms08yMmFBEFNTaDcFOU' +
    'YCRgnqSwPfIE1rAINd2V3ILnRaOEjh+oZRucWm+D4bRj7MYiZMXNkhRBqPbcWUgOyPxmc6pZQ5yvvvxdyRThQkJls3+0A=',
  'base64',
)
