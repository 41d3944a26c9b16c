// A block of cells copied from a spreadsheet, read as one new amount a lot (SCREENS.md LR-29). Pure; nothing is sent from here.
// No magnitude changes unseen: what can be read in two ways is not read until a person says which way is meant.
import { scaleOf, type Amount } from './money';
import { normaliseTyped, toHalfWidth, type TypedFault } from './typed-amount';

/** How decimals are written: as far as it is clear by itself, or as a person has said. */
export type NumberStyle = 'unstated' | 'point' | 'comma';

export interface PasteLot {
  id: string;
  number: number;
  scale: number;
  titles: readonly string[];
}

export type PasteFault = TypedFault | 'no_lot' | 'twice' | 'no_amount';

export interface PastedRow {
  /** Counted from 1, as the person sees the pasted text. */
  line: number;
  cells: readonly string[];
  lotId: string | null;
  amount: Amount | null;
  fault: PasteFault | null;
}

export interface Pasted {
  rows: readonly PastedRow[];
  /** How many columns there are beside the lot's, and which of them is read (0 for the first). */
  columns: number;
  column: number;
}

const NOTHING: Pasted = { rows: [], columns: 0, column: 0 };

/**
 * Reads pasted text. Rows name their lot by number or title, all in one column; where none does and there are as many rows as
 * lots, they are the lots in order. The amount stands in `column` of the others, the last one if not said. Headings (rows at
 * the top without a digit or a lot) are left out.
 */
export function readPasted(text: string, lots: readonly PasteLot[], style: NumberStyle, column?: number): Pasted {
  const all = linesOf(text);
  const named = all.map((line) => naming(line.cells, lots));
  const from = all.findIndex((line, at) => named[at] !== null || line.cells.some(hasDigit));
  if (from < 0) return NOTHING;
  const lines = all.slice(from);
  const inOrder = named.every((found) => found === null) && lines.length === lots.length;
  const lotColumn = commonest(named.flatMap((found) => (found === null ? [] : [found.at])));
  const parts = lines.map((line, at) => ({ ...line, lotId: lotOf(named[from + at] ?? null, lotColumn), others: line.cells.filter((_, place) => place !== lotColumn) }));
  const columns = Math.max(...parts.map((part) => part.others.length));
  const chosen = column ?? columns - 1;
  const ids = parts.map((part, at) => (inOrder ? (lots[at]?.id ?? null) : part.lotId));
  const rows = parts.map((part, at) => {
    const lotId = ids[at] ?? null;
    const lot = lots.find((each) => each.id === lotId);
    const { amount, fault } = amountIn(part.others[chosen] ?? '', lot, style);
    const isTwice = ids.filter((id) => id === lotId).length > 1;
    return { line: part.line, cells: part.cells, lotId, amount, fault: lot === undefined ? ('no_lot' as const) : isTwice ? ('twice' as const) : fault };
  });
  return { rows, columns, column: chosen };
}

interface Naming {
  at: number;
  lotId: string;
}

/** Only a name in the column of the names counts: a quantity of 2 further right is no lot 2. */
function lotOf(found: Naming | null, lotColumn: number | null): string | null {
  return found !== null && found.at === lotColumn ? found.lotId : null;
}

function commonest(places: readonly number[]): number | null {
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
}

function linesOf(text: string): { line: number; cells: string[] }[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((row, at) => ({ line: at + 1, cells: row.split('\t').map((cell) => cell.trim().replace(/^"(.*)"$/s, '$1').trim()) }))
    .filter((row) => row.cells.some((cell) => cell !== ''));
}

function hasDigit(cell: string): boolean {
  return /[0-9\uFF10-\uFF19]/.test(cell);
}

/** Which cell of a row names a lot, and which lot: a title anywhere, a number in the first cell that is not empty. */
function naming(cells: readonly string[], lots: readonly PasteLot[]): Naming | null {
  for (const [at, cell] of cells.entries()) {
    const plain = plainOf(cell);
    const lot = plain === '' ? undefined : lots.find((each) => each.titles.some((title) => plainOf(title) === plain));
    if (lot !== undefined) return { at, lotId: lot.id };
  }
  // A number in the only column is an amount.
  if (cells.length < 2) return null;
  const at = cells.findIndex((cell) => cell !== '');
  const number = numberIn(cells[at] ?? '');
  const lot = number === null ? undefined : lots.find((each) => each.number === number);
  return lot === undefined ? null : { at, lotId: lot.id };
}

/** 3, L3, Lot 3, No. 3, 采购包3, 包3, 第3包. */
function numberIn(cell: string): number | null {
  const match = /^(?:lot|l|no\.?|采购包|标包|包|第)?(\d{1,3})(?:包|号)?$/i.exec(toHalfWidth(cell));
  return match?.[1] === undefined ? null : Number(match[1]);
}

function plainOf(text: string): string {
  return toHalfWidth(text).toLowerCase();
}

function amountIn(cell: string, lot: PasteLot | undefined, style: NumberStyle): { amount: Amount | null; fault: PasteFault | null } {
  if (cell === '') return { amount: null, fault: 'no_amount' };
  const typed = normaliseTyped(written(cell, style), style === 'unstated' ? 'refuse' : 'thousands');
  if ('fault' in typed) return { amount: null, fault: typed.fault === 'empty' ? 'no_amount' : typed.fault };
  // "1.234" may be a thousand where points group: more decimals than the lot has are never rounded away, nor guessed at.
  const isTwofold = style === 'unstated' && /^\d{1,3}\.\d{3}$/.test(toHalfWidth(cell));
  if (isTwofold) return { amount: null, fault: 'ambiguous' };
  const trimmed = typed.amount.includes('.') ? typed.amount.replace(/\.?0+$/, '') : typed.amount;
  if (lot !== undefined && scaleOf(trimmed) > lot.scale) return { amount: null, fault: 'too_precise' };
  return { amount: trimmed, fault: null };
}

/** Decimal commas as decimal points; a cell that is not written that way stays as it is and is refused as ambiguous. */
function written(cell: string, style: NumberStyle): string {
  const plain = toHalfWidth(cell);
  if (style === 'comma' && /^(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/.test(plain)) return plain.replaceAll('.', '').replace(',', '.');
  if (style === 'comma' && plain.includes('.')) return plain.replaceAll('.', ',,');
  return plain;
}
