// The cells of a sheet without React: which mark wants a comment, what is missing, in which order one goes through. Pure.

import type { Criterion, Sheet, SheetLot, SheetOffer } from './queries';

export const MARKS = [0, 1, 2, 3, 4, 5] as const;

/** What stands in one cell on this page, sent or not. */
export interface CellValue {
  mark: number | null;
  comment: string;
}

export interface Place {
  lot: string;
  alias: string;
  criterion: string;
}

export function cellKey({ lot, alias, criterion }: Place): string {
  return `${lot}|${alias}|${criterion}`;
}

/** The ends of the scale are explained (SCREENS.md EV-02); the middle may be. */
export function wantsComment(mark: number | null): boolean {
  return mark === 0 || mark === 1 || mark === 5;
}

export type Lack = 'mark' | 'comment';

export function lackOf(value: CellValue): Lack | null {
  if (value.mark === null) return 'mark';
  return wantsComment(value.mark) && value.comment.trim() === '' ? 'comment' : null;
}

export interface Missing extends Place {
  lotNumber: number;
  criterionNumber: number;
  lack: Lack;
}

type ValueOf = (place: Place) => CellValue;

/** Every cell of the sheet in reading order: lot, criterion, offer. */
export function placesOf(sheet: Pick<Sheet, 'lots' | 'rules'>): (Place & { lotNumber: number; criterionNumber: number })[] {
  return sheet.lots.flatMap((lot) =>
    sheet.rules.criteria.flatMap((criterion) =>
      lot.offers.map((offer) => ({
        lot: lot.lot_id, alias: offer.alias, criterion: criterion.id, lotNumber: lot.number, criterionNumber: criterion.number,
      })),
    ),
  );
}

export function missingOf(sheet: Pick<Sheet, 'lots' | 'rules'>, valueOf: ValueOf): Missing[] {
  return placesOf(sheet).flatMap((place) => {
    const lack = lackOf(valueOf(place));
    return lack === null ? [] : [{ ...place, lack }];
  });
}

export interface Count {
  done: number;
  total: number;
}

/** How many cells of one column or row are complete. */
export function countOf(places: readonly Place[], valueOf: ValueOf): Count {
  return { done: places.filter((place) => lackOf(valueOf(place)) === null).length, total: places.length };
}

export function placesOfCriterion(lot: SheetLot, criterion: Criterion): Place[] {
  return lot.offers.map((offer) => ({ lot: lot.lot_id, alias: offer.alias, criterion: criterion.id }));
}

export function placesOfOffer(lot: SheetLot, offer: SheetOffer, criteria: readonly Criterion[]): Place[] {
  return criteria.map((criterion) => ({ lot: lot.lot_id, alias: offer.alias, criterion: criterion.id }));
}

/** The digit of a key 0–5 pressed alone, else null: with Ctrl, Alt or Meta it belongs to the browser. */
export function markOfKey(event: { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean; isComposing?: boolean }): number | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  return /^[0-5]$/.test(event.key) ? Number(event.key) : null;
}
