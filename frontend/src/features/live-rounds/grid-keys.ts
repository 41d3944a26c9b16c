// The keys of the grid (SCREENS.md 2.2.6): up and down go from row to row, F2 edits, Enter keeps the draft and goes on, Esc
// takes it back, Ctrl+Enter submits the row. None acts while an IME composes or a key repeats.
import type { KeyboardEvent } from 'react';

import { roomSettings } from './room-settings';

export interface GridActs {
  clear: (lotId: string) => void;
  submit: (lotId: string) => void;
}

export function onGridKey(event: KeyboardEvent<HTMLElement>, acts: GridActs): void {
  if (!roomSettings().keys || event.repeat || event.nativeEvent.isComposing || event.altKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('tr[data-lot]')];
  const at = rows.findIndex((row) => row.contains(event.target as Node));
  const lotId = rows[at]?.dataset['lot'];
  if (lotId === undefined) return;
  // A button or a box keeps its own Enter.
  const isField = event.target instanceof HTMLInputElement && event.target.type === 'text';
  const act: Readonly<Record<string, (() => void) | undefined>> = {
    ArrowUp: () => edit(rows[at - 1]),
    ArrowDown: () => edit(rows[at + 1]),
    F2: () => edit(rows[at]),
    Escape: isField ? () => acts.clear(lotId) : undefined,
    Enter: event.ctrlKey ? () => acts.submit(lotId) : isField ? () => edit(rows[at + 1]) : undefined,
  };
  const found = act[event.key];
  if (found === undefined) return;
  event.preventDefault();
  found();
}

function edit(row: HTMLElement | undefined): void {
  const field = row?.querySelector<HTMLInputElement>('input[type="text"]');
  field?.focus();
  field?.select();
}
