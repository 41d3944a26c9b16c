// What is told of a file before it is sealed: whether it will be shown at all, and the texts in which the own name is sought
// (AN-04). A hint on the bidder's machine; after the opening the service looks for itself (app/domain/document_types.py).
import { inflate, readZip, unpack } from './zip';

export type FilePart = 'name' | 'metadata' | 'content';
export type FileKind = 'pdf' | 'png' | 'jpeg' | 'workbook' | 'text' | 'other';
export type FileFault = 'EMPTY' | 'FILE_TOO_LARGE' | 'WRONG_TYPE' | 'CONVERT_TO_PDF' | 'MACROS';

export interface Looked {
  kind: FileKind;
  fault: FileFault | null;
  texts: readonly { part: FilePart; text: string }[];
  /** Something in it no program here can read: pictures, fonts of its own. */
  isUnread: boolean;
}

const MOST_BYTES = 20 << 20;
// Of larger contents the beginning is looked through.
const MOST_TEXT = 4_000_000;

export async function lookAt(name: string, content: Uint8Array<ArrayBuffer>): Promise<Looked> {
  const named = { part: 'name', text: name } as const;
  const kind = kindOf(content);
  const told = (fault: FileFault | null, texts: Looked['texts'] = [], isUnread = false): Looked => ({ kind, fault, texts: [named, ...texts], isUnread });
  if (content.length === 0) return told('EMPTY');
  if (content.length > MOST_BYTES) return told('FILE_TOO_LARGE');
  switch (kind) {
    case 'text':
      return told(null, [{ part: 'content', text: textOf(content) }]);
    case 'png':
    case 'jpeg':
      return told(null, metadataOf(kind === 'png' ? pngData(content) : jpegData(content)), true);
    case 'pdf':
      return told(null, ...(await pdfTexts(content)));
    case 'workbook':
      return lookAtArchive(content, told);
    default:
      return told(startsWith(content, [0xd0, 0xcf, 0x11, 0xe0]) ? 'CONVERT_TO_PDF' : 'WRONG_TYPE');
  }
}

function startsWith(content: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => content[at] === byte);
}

function kindOf(content: Uint8Array): FileKind {
  if (startsWith(content, [0x25, 0x50, 0x44, 0x46, 0x2d])) return 'pdf';
  if (startsWith(content, [0x89, 0x50, 0x4e, 0x47])) return 'png';
  if (startsWith(content, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(content, [0x50, 0x4b, 0x03, 0x04])) return 'workbook';
  const text = textOf(content.subarray(0, 4096));
  // eslint-disable-next-line no-control-regex -- what no text holds
  return /[\0-\x08\x0e-\x1f]/.test(text) || /^\s*[<{%#]/.test(text) ? 'other' : 'text';
}

function textOf(content: Uint8Array): string {
  const bytes = content.subarray(0, MOST_TEXT);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Data that may be text in any of these spellings; blanks and zeros hide no name. */
function metadataOf(data: Uint8Array): Looked['texts'] {
  const bytes = data.subarray(0, MOST_TEXT);
  return ['utf-8', 'utf-16le', 'utf-16be'].map((spelling) => ({ part: 'metadata' as const, text: new TextDecoder(spelling).decode(bytes) }));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part.subarray(0, 200_000)]));
}

/** Everything of a PNG but its pixels. */
function pngData(content: Uint8Array): Uint8Array {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= content.length; ) {
    const size = view.getUint32(at);
    const kind = String.fromCharCode(...content.subarray(at + 4, at + 8));
    if (!['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS'].includes(kind)) parts.push(content.subarray(at + 8, at + 8 + size));
    at += 12 + size;
  }
  return joined(parts);
}

/** The segments of a JPEG before its pixels. */
function jpegData(content: Uint8Array): Uint8Array {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 2; at + 4 <= content.length && content[at] === 0xff && content[at + 1] !== 0xda; ) {
    const size = view.getUint16(at + 2);
    const mark = content[at + 1] ?? 0;
    if ((mark >= 0xe0 && mark <= 0xef) || mark === 0xfe) parts.push(content.subarray(at + 4, at + 2 + size));
    at += 2 + size;
  }
  return joined(parts);
}

const LATIN = new TextDecoder('latin1');

/** What a PDF says outside its streams and in them. Text in fonts of its own stays unread. */
async function pdfTexts(content: Uint8Array<ArrayBuffer>): Promise<[Looked['texts'], boolean]> {
  const raw = LATIN.decode(content);
  const inner: string[] = [];
  let left = MOST_TEXT;
  for (const { index } of raw.matchAll(/\bstream\r?\n/g)) {
    const start = raw.indexOf('\n', index) + 1;
    const end = raw.indexOf('endstream', start);
    const head = raw.slice(Math.max(0, index - 400), index);
    if (end < 0 || left <= 0) break;
    if (!/\/FlateDecode/.test(head) || /\/Subtype\s*\/Image/.test(head)) continue;
    const text = LATIN.decode(await inflate(content.slice(start, end), 'deflate', left));
    inner.push(text);
    left -= text.length;
  }
  const every = [raw.slice(0, MOST_TEXT), ...inner];
  const isUnread = every.some((text) => /\/Identity-H|\/Subtype\s*\/(Image|Type3)/.test(text));
  const shown = every.map(stringsOf).join('\n');
  return [[...metadataOf(content), { part: 'content', text: shown }], isUnread];
}

/** The strings of a PDF: those in Unicode spelled out, the pieces of one word joined. */
function stringsOf(text: string): string {
  const found: string[] = [];
  for (const [, list, one, hex] of text.matchAll(/\[((?:\s*(?:\((?:\\.|[^\\()])*\)|-?[\d.]+))+)\s*\]|\(((?:\\.|[^\\()])*)\)|<((?:[\da-fA-F]{2}\s*)+)>/g)) {
    if (list !== undefined) found.push([...list.matchAll(/\(((?:\\.|[^\\()])*)\)/g)].map(([, piece]) => piece ?? '').join(''));
    else if (one !== undefined) found.push(wide(one.replace(/\\([\\()])/g, '$1')));
    else if (hex !== undefined) found.push(wide(hex.replace(/\s/g, '').replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)))));
  }
  return found.join('\n');
}

function wide(text: string): string {
  if (!text.startsWith('\u00fe\u00ff')) return text;
  return new TextDecoder('utf-16be').decode(Uint8Array.from(text.slice(2), (sign) => sign.charCodeAt(0)));
}

async function lookAtArchive(content: Uint8Array<ArrayBuffer>, told: (fault: FileFault | null, texts?: Looked['texts'], isUnread?: boolean) => Looked): Promise<Looked> {
  const entries = readZip(content);
  const types = entries?.find((each) => each.name === '[Content_Types].xml');
  if (entries === null || types === undefined) return told('WRONG_TYPE');
  const said = textOf(await unpack(types, MOST_TEXT));
  if (/macroEnabled|vbaProject/.test(said)) return told('MACROS');
  if (!said.includes('spreadsheetml.sheet.main+xml')) return told(said.includes('wordprocessingml') ? 'CONVERT_TO_PDF' : 'WRONG_TYPE');
  const texts: { part: FilePart; text: string }[] = [];
  let left = MOST_TEXT;
  for (const entry of entries.filter(({ name }) => /\.(xml|rels|vml)$/i.test(name))) {
    const text = textOf(await unpack(entry, left)).replace(/<[^>]*>/g, ' ');
    left -= text.length;
    texts.push({ part: /^xl\/(worksheets\/|sharedStrings)/.test(entry.name) ? 'content' : 'metadata', text });
  }
  return told(null, texts, entries.some(({ name }) => name.includes('/media/')));
}
