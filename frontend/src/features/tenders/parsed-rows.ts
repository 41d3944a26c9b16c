import type { ParsedRow } from './api';
import { cellKey } from './draft-edit';

/** True where every cell was read, or a person typed something for the one that was not; an extra cell is left out knowingly. */
export function isMended(row: ParsedRow, typed: Readonly<Record<string, string>>): boolean {
  return row.cells.every((cell) => cell.fault === null || cell.column === null || (typed[cellKey(row, cell)] ?? '').trim() !== '');
}
