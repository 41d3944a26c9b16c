// What stands inside an envelope: `length (4 bytes) || canonical JSON || files || zeros up to the bucket`. SEALING.md 3.

import { concat, type Bytes } from './bytes';
import { canonical, sha256, type Json } from './canonical';

const VERSION = 1;
const PREFIX_BYTES = 4;
const WHOLE_DIGITS = 14;

export interface PriceOffer {
  lot: string;
  currency: string;
  /** A text with exactly `scale` decimals: one spelling an amount. */
  amount: string;
  scale: number;
  /** (line number, amount) of lots with lines. */
  lines: readonly (readonly [number, string])[];
}

export interface Answer {
  criterion: string;
  value: string;
  text: string;
}

export interface FileToSeal {
  name: string;
  type: string;
  content: Bytes;
}

/** Whether the text is an amount with exactly `scale` decimals; no sign, no exponent, no leading zero. */
export function isAmount(text: string, scale: number): boolean {
  const [whole = '', decimals = ''] = text.split('.');
  if (text !== (scale ? `${whole}.${decimals}` : whole) || decimals.length !== scale) return false;
  return whole.length <= WHOLE_DIGITS && /^(0|[1-9][0-9]*)$/.test(whole) && /^[0-9]*$/.test(decimals);
}

function framed(value: Json): Bytes {
  const text = canonical(value);
  const prefix = new Uint8Array(PREFIX_BYTES);
  new DataView(prefix.buffer).setUint32(0, text.length);
  return concat(prefix, text);
}

export function packPrice(offer: PriceOffer): Bytes {
  const { lot, currency, amount, scale, lines } = offer;
  return framed({ v: VERSION, kind: 'price', lot, currency, scale, amount, lines });
}

export async function packTechnical(answers: readonly Answer[], files: readonly FileToSeal[]): Promise<Bytes> {
  const listed: Json[] = [];
  for (const { name, type, content } of files)
    listed.push({ name, type, size: content.length, sha256: await sha256(content) });
  const said = answers.map(({ criterion, value, text }) => ({ criterion, value, text }));
  const head = framed({ v: VERSION, kind: 'tech', answers: said, files: listed });
  return concat(head, ...files.map((file) => file.content));
}

/** The body followed by zeros up to the bucket; null if it does not fit. */
export function pad(body: Bytes, bucket: number): Bytes | null {
  if (body.length > bucket) return null;
  const padded = new Uint8Array(bucket);
  padded.set(body);
  return padded;
}
