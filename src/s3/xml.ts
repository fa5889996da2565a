// S3's small XML: a strict writer and a tolerant reader.

/** An element as read: namespace prefixes dropped, text concatenated, unknown children kept. */
export interface XmlElement {
  name: string
  text: string
  attributes: Record<string, string>
  children: XmlElement[]
}
