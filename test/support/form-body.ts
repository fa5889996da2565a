// multipart/form-data as a browser sends it, and with whatever else one wants in it.

export interface FormPart {
  name: string
  value: string | Uint8Array
  filename?: string
  /** The part's own headers, as lines. */
  headers?: string[]
}

export const boundary = '----WebKitFormBoundary7MA4YWxkTrZu0gW'

/** The body of a form, whole. */
export function formBody(parts: FormPart[], close = `--${boundary}--\r\n`): Buffer {
  const pieces: Uint8Array[] = []
  for (const { name, value, filename, headers = [] } of parts) {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    const lines = [`--${boundary}`, `Content-Disposition: form-data; name="${name}"${file}`, ...headers, '', '']
    pieces.push(Buffer.from(lines.join('\r\n')), Buffer.from(value), Buffer.from('\r\n'))
  }
  return Buffer.concat([...pieces, Buffer.from(close)])
}

/** Fields and then the file, as an upload has them. */
export function uploadForm(
  fields: Record<string, string>,
  content: string | Uint8Array,
  filename = 'file.txt',
): Buffer {
  const parts = Object.entries(fields).map(([name, value]) => ({ name, value }))
  return formBody([...parts, { name: 'file', value: content, filename, headers: ['Content-Type: text/plain'] }])
}

export const formType = `multipart/form-data; boundary=${boundary}`
