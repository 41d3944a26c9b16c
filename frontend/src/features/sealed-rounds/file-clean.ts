// A copy of a file without what nobody reads and everybody can find: its own name, its author, its history (AN-04).
// The text itself stays as it is; the service shows pages drawn anew, so that what is left here reaches no evaluator.
import type { FileKind } from './file-look';
import { readZip, stored, writeZip } from './zip';

type Bytes = Uint8Array<ArrayBuffer>;

const ENDINGS: Readonly<Record<FileKind, string>> = { pdf: 'pdf', png: 'png', jpeg: 'jpg', workbook: 'xlsx', text: 'csv', other: 'bin' };

/** What the copy is called. */
export function cleanName(kind: FileKind, number: number): string {
  return `file-${String(number)}.${ENDINGS[kind]}`;
}

export async function cleanCopy(kind: FileKind, content: Bytes): Promise<Bytes> {
  switch (kind) {
    case 'pdf':
      return cleanPdf(content);
    case 'workbook':
      return cleanWorkbook(content);
    case 'png':
    case 'jpeg':
      return drawAnew(kind, content);
    default:
      return content;
  }
}

/** Blanks in the place of what a PDF says about itself: every other byte stays where it was. */
export function cleanPdf(content: Bytes): Bytes {
  const text = new TextDecoder('latin1').decode(content);
  const made = content.slice();
  const blank = (start: number, length: number, sign: number) => made.fill(sign, start, start + length);
  for (const { index, 0: all, 1: head = '' } of text.matchAll(/(\/(?:Author|Creator|Producer|Title|Subject|Keywords|Company|T)\s*\()((?:\\[^]|[^\\()])*)\)/g)) {
    blank(index + head.length, all.length - head.length - 1, 0x20);
  }
  for (const { index, 0: all, 1: head = '' } of text.matchAll(/(\/(?:Author|Creator|Producer|Title|Subject|Keywords|Company|T)\s*<)([\da-fA-F\s]*)>/g)) {
    blank(index + head.length, all.length - head.length - 1, 0x30);
  }
  for (const { index, 0: all, 1: head = '' } of text.matchAll(/(<x:xmpmeta[^>]*>)[^]*?(?=<\/x:xmpmeta>)/g)) {
    blank(index + head.length, all.length - head.length, 0x20);
  }
  return made;
}

const NO_PROPERTIES = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const PROPERTIES: Readonly<Record<string, string>> = {
  'docProps/core.xml': `${NO_PROPERTIES}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`,
  'docProps/app.xml': `${NO_PROPERTIES}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`,
  'docProps/custom.xml': `${NO_PROPERTIES}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>`,
};

export function cleanWorkbook(content: Bytes): Bytes {
  const entries = readZip(content);
  if (entries === null) return content;
  return writeZip(entries.map((entry) => (entry.name in PROPERTIES ? stored(entry.name, PROPERTIES[entry.name] ?? '') : entry)));
}

/** Pixels alone. Where the browser cannot draw it, it stays as it is. */
async function drawAnew(kind: 'png' | 'jpeg', content: Bytes): Promise<Bytes> {
  try {
    const type = `image/${kind}`;
    const picture = await createImageBitmap(new Blob([content], { type }));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    const made = await new Promise<Blob | null>((give) => canvas.toBlob(give, type, 0.92));
    return made === null ? content : new Uint8Array(await made.arrayBuffer());
  } catch {
    return content;
  }
}
