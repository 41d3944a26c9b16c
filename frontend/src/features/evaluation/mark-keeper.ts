// The marks under an evaluator's hands: on this device before they are sent, saved cell by cell, never written over unseen.

import { asProblem, isPassing, type Problem } from '@/api/problem';

import { cellKey, type CellValue, type Place } from './cells';
import type { MarkBody, Sheet, StoredMark } from './queries';

/** saved: as the server has it · waiting: on this device, about to be sent · stale: the server has another one · refused: a rule said no. */
export type CellState = 'empty' | 'waiting' | 'sending' | 'saved' | 'offline' | 'stale' | 'refused';

export interface Cell extends CellValue {
  state: CellState;
  /** The server's number of what this cell was written on. */
  version: number;
  /** What the server has instead, where it was changed elsewhere. */
  theirs: StoredMark | null;
  problem: Problem | null;
}

export interface KeeperHands {
  put: (body: MarkBody) => Promise<StoredMark>;
  read: () => Promise<Sheet>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  /** Whose drafts, of which tender: two people at one machine never see each other's. */
  owner: string;
}

// A pause in the typing; a mark itself goes at once.
const TYPING_MS = 900;
// After the network or the server failed.
const AGAIN_MS = 5_000;

const EMPTY: Cell = { mark: null, comment: '', state: 'empty', version: 0, theirs: null, problem: null };

export class MarkKeeper {
  private cells: ReadonlyMap<string, Cell> = new Map();
  private readonly places = new Map<string, Place>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly hands: KeeperHands) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): ReadonlyMap<string, Cell> => this.cells;

  cell(place: Place): Cell {
    return this.cells.get(cellKey(place)) ?? EMPTY;
  }

  /** The server's sheet: fills what is not being written here, and takes up drafts that this device kept. */
  adopt(sheet: Sheet): void {
    const next = new Map(this.cells);
    const toSend: Place[] = [];
    for (const lot of sheet.lots) {
      for (const offer of lot.offers) {
        for (const criterion of sheet.rules.criteria) {
          const place = { lot: lot.lot_id, alias: offer.alias, criterion: criterion.id };
          const key = cellKey(place);
          this.places.set(key, place);
          const stored = offer.marks[criterion.id] ?? { mark: null, comment: '', version: 0 };
          const here = next.get(key);
          if (here !== undefined && (!isSettled(here) || here.version === stored.version)) continue;
          const draft = here === undefined && sheet.state === 'marking' ? this.kept(key) : null;
          if (draft !== null && !isSame(draft, stored)) {
            next.set(key, fromDraft(draft, stored));
            toSend.push(place);
          } else {
            if (draft !== null) this.forget(key);
            next.set(key, fromStored(stored));
          }
        }
      }
    }
    this.show(next);
    for (const place of toSend) if (this.cell(place).state === 'waiting') void this.save(place);
  }

  change(place: Place, changes: Partial<CellValue>): void {
    const key = cellKey(place);
    this.places.set(key, place);
    const before = this.cell(place);
    const state = before.state === 'stale' || before.state === 'sending' ? before.state : 'waiting';
    const cell: Cell = { ...before, ...changes, state, problem: null };
    this.keep(key, cell);
    this.set(key, cell);
    if (state === 'stale') return;
    // A mark is one act and goes at once; words wait for a pause.
    this.later(place, 'mark' in changes ? 0 : TYPING_MS);
  }

  /** On leaving a field. */
  flush(place: Place): void {
    if (this.cell(place).state === 'waiting') this.later(place, 0);
  }

  /** The connection is back, or somebody pressed "try again". */
  retry(): void {
    for (const [key, cell] of this.cells) {
      const place = this.places.get(key);
      if (place && cell.state === 'offline') void this.save(place);
    }
  }

  takeTheirs(place: Place): void {
    const { theirs } = this.cell(place);
    const key = cellKey(place);
    this.forget(key);
    if (theirs !== null) this.set(key, fromStored(theirs));
  }

  keepMine(place: Place): void {
    const cell = this.cell(place);
    if (cell.theirs === null) return;
    this.set(cellKey(place), { ...cell, version: cell.theirs.version, theirs: null, state: 'waiting' });
    void this.save(place);
  }

  private async save(place: Place): Promise<void> {
    const key = cellKey(place);
    const sent = this.cell(place);
    if (sent.state === 'sending') return;
    this.set(key, { ...sent, state: 'sending' });
    try {
      const { lot: lot_id, alias, criterion } = place;
      const stored = await this.hands.put({ lot_id, alias, criterion, mark: sent.mark, comment: sent.comment, version: sent.version });
      this.settle(place, sent, stored.version);
    } catch (error) {
      await this.fail(place, asProblem(error));
    }
  }

  private settle(place: Place, sent: Cell, version: number): void {
    const key = cellKey(place);
    const now = this.cell(place);
    if (now.mark === sent.mark && now.comment === sent.comment) {
      this.forget(key);
      this.set(key, { ...now, state: 'saved', version });
      return;
    }
    // Typed on while the answer was on its way.
    const next: Cell = { ...now, state: 'waiting', version };
    this.keep(key, next);
    this.set(key, next);
    this.later(place, TYPING_MS);
  }

  private async fail(place: Place, problem: Problem): Promise<void> {
    const key = cellKey(place);
    if (problem.code === 'CHANGED_SINCE') {
      const theirs = await this.theirsOf(place);
      const now = this.cell(place);
      if (theirs !== null && isSame(now, theirs)) {
        // The same was saved from elsewhere, or the answer to it was lost on its way.
        this.forget(key);
        this.set(key, fromStored(theirs));
      } else {
        this.set(key, theirs === null ? { ...now, state: 'offline', problem } : { ...now, state: 'stale', theirs, problem: null });
      }
      return;
    }
    const isWaiting = isPassing(problem);
    this.set(key, { ...this.cell(place), state: isWaiting ? 'offline' : 'refused', problem });
    if (isWaiting) this.later(place, AGAIN_MS);
  }

  private async theirsOf(place: Place): Promise<StoredMark | null> {
    try {
      const sheet = await this.hands.read();
      const offer = sheet.lots.find((lot) => lot.lot_id === place.lot)?.offers.find((one) => one.alias === place.alias);
      return offer?.marks[place.criterion] ?? { mark: null, comment: '', version: 0 };
    } catch {
      return null;
    }
  }

  private later(place: Place, ms: number): void {
    const key = cellKey(place);
    clearTimeout(this.timers.get(key));
    if (ms === 0) void this.save(place);
    else this.timers.set(key, setTimeout(() => void this.save(place), ms));
  }

  private set(key: string, cell: Cell): void {
    const next = new Map(this.cells);
    next.set(key, cell);
    this.show(next);
  }

  private show(next: ReadonlyMap<string, Cell>): void {
    this.cells = next;
    for (const listener of this.listeners) listener();
  }

  private keep(key: string, { mark, comment, version }: Cell): void {
    try {
      this.hands.storage.setItem(this.nameOf(key), JSON.stringify({ mark, comment, version }));
    } catch {
      // No room on this device: the cell still stands on the page and is sent.
    }
  }

  private kept(key: string): StoredMark | null {
    try {
      const draft = JSON.parse(this.hands.storage.getItem(this.nameOf(key)) ?? 'null') as Partial<StoredMark> | null;
      if (draft === null || typeof draft.comment !== 'string' || typeof draft.version !== 'number') return null;
      return { mark: typeof draft.mark === 'number' ? draft.mark : null, comment: draft.comment, version: draft.version };
    } catch {
      return null;
    }
  }

  private forget(key: string): void {
    this.hands.storage.removeItem(this.nameOf(key));
  }

  private nameOf(key: string): string {
    return `bidroom.marks.${this.hands.owner}.${key}`;
  }
}

function isSettled(cell: Cell): boolean {
  return cell.state === 'empty' || cell.state === 'saved';
}

function isSame(a: CellValue, b: CellValue): boolean {
  // The server trims what was typed.
  return a.mark === b.mark && a.comment.trim() === b.comment.trim();
}

function fromStored(stored: StoredMark): Cell {
  return { ...EMPTY, ...stored, state: stored.version === 0 ? 'empty' : 'saved' };
}

/** A draft of this device: sent on, unless the server has something newer than what it was written on. */
function fromDraft(draft: StoredMark, stored: StoredMark): Cell {
  const isNewer = stored.version !== draft.version;
  return { ...EMPTY, mark: draft.mark, comment: draft.comment, version: draft.version, state: isNewer ? 'stale' : 'waiting', theirs: isNewer ? stored : null };
}
