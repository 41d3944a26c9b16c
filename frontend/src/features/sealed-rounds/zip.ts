// Archives as far as office documents need them: their entries, and the same archive with some entries exchanged.

export interface ZipEntry {
  name: string;
  method: number;
  crc: number;
  size: number;
  packed: Uint8Array<ArrayBuffer>;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
// 1 January 1980: when it was made is nobody's.
const NO_DATE = 0x00210000;
const UTF8_NAMES = 0x0800;

/** The entries of an archive; null where it is none, or one we do not understand. */
export function readZip(bytes: Uint8Array<ArrayBuffer>): ZipEntry[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(end, true) !== END) return null;
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) return null;
    const [nameSize, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const [packed, start] = [view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
    if (start + 30 > end || view.getUint32(start, true) !== LOCAL) return null;
    const content = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameSize)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      size: view.getUint32(at + 24, true),
      packed: bytes.slice(content, content + packed),
    });
    at += 46 + nameSize + extra + comment;
  }
  return entries;
}

/** What an entry holds, up to so many bytes; nothing where it cannot be unpacked here. */
export async function unpack(entry: ZipEntry, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.method === STORED) return entry.packed.slice(0, most);
  return entry.method === DEFLATED ? inflate(entry.packed, 'deflate-raw', most) : new Uint8Array();
}

/** Unpack a stream, and stop at so many bytes: a bomb costs no more than they do. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, format: CompressionFormat, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const reader = streamOf(packed).pipeThrough(new DecompressionStream(format)).getReader();
    for (let next = await reader.read(); !next.done && size < most; next = await reader.read()) {
      parts.push(next.value);
      size += next.value.length;
    }
    await reader.cancel();
  } catch {
    // What came before the fault is looked at all the same.
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.slice(0, most);
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<BufferSource> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** An entry of this text, not packed. */
export function stored(name: string, text: string): ZipEntry {
  const packed = new TextEncoder().encode(text);
  return { name, method: STORED, crc: crc32(packed), size: packed.length, packed };
}

/** An archive of these entries, without dates, comments and extras. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array<ArrayBuffer>[] = [];
  const centrals: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const facts = [UTF8_NAMES | (entry.method << 16), NO_DATE, entry.crc, entry.packed.length, entry.size, name.length];
    const local = record([LOCAL, 20 | 0], facts, 30, name);
    centrals.push(record([CENTRAL, 20 | (20 << 16)], facts, 46, name, at));
    locals.push(local, entry.packed);
    at += local.length + entry.packed.length;
  }
  const directory = centrals.reduce((sum, each) => sum + each.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, END, true);
  end.setUint16(8, entries.length, true);
  end.setUint16(10, entries.length, true);
  end.setUint32(12, directory, true);
  end.setUint32(16, at, true);
  return joined([...locals, ...centrals, new Uint8Array(end.buffer)]);
}

function record(head: readonly [number, number], facts: readonly number[], length: number, name: Uint8Array, start = 0): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(length + name.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, head[0], true);
  // A local record has one version, a central one two.
  const first = length === 46 ? 8 : 6;
  if (length === 46) view.setUint32(4, head[1], true);
  else view.setUint16(4, head[1], true);
  for (const [place, value] of facts.entries()) view.setUint32(first + 4 * place, value >>> 0, true);
  if (length === 46) view.setUint32(42, start, true);
  made.set(name, length);
  return made;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
