// The grid's own drafts, kept in this tab until they are sent; and the sending, one bid a lot.
import { useState } from 'react';

import type { Amount } from '@/domain/money';
import { serverClock } from '@/domain/server-clock';
import { useServerNow } from '@/ui/use-server-now';

import { gridRows, NO_DRAFT, sendable, type GridDraft, type GridRow } from './grid-rows';
import type { LotView } from './lot-view';
import { sentAs, type OwnCurrency } from './own-currency';
import type { SupplierLot } from './messages';
import type { RoundInfo } from './room-data';
import type { RoomSession, RoomView } from './room-session';

// As many frames as a socket takes at once (app/settings.py, frames_burst), with room for its other ones; the rest follows.
const AT_ONCE = 40;
const BETWEEN_MS = 60;

export interface Grid {
  rows: readonly GridRow[];
  now: number;
  can: boolean;
  draft: (lotId: string, change: Partial<GridDraft>) => void;
  /** Puts amounts in and picks their rows; sends nothing. */
  take: (amounts: ReadonlyMap<string, Amount>) => void;
  /** Sends a row, or all that are picked, as far as rules and guard let them go. */
  submit: (lotId?: string) => void;
  /** Takes an amount back out of its row. */
  clear: (lotId: string) => void;
}

interface GridProps {
  info: RoundInfo;
  lots: readonly LotView[];
  room: { session: RoomSession<SupplierLot>; view: RoomView<SupplierLot> };
  own: OwnCurrency;
}

export function useGrid({ info, lots, room, own }: GridProps): Grid {
  const now = useServerNow();
  const [drafts, keep] = useKeptDrafts(`${info.id}.${own.code}`);
  const [sentAt, setSentAt] = useState<Readonly<Record<string, number>>>({});
  const rows = gridRows({ info, lots, drafts, outbox: room.view.outbox, sentAt, now, own });
  const can = room.view.fresh && room.view.pen?.mine !== false;
  const send = (row: GridRow) => {
    const { id } = row.lot.facts;
    const at = serverClock.now();
    const sent = sentAs(own, row.draft.amount);
    const placed = room.session.place({ lotId: id, amount: row.amount, ...(sent === null ? {} : { sent }), oneTap: false, quotedOwn: row.lot.state.own_amount });
    if (!placed) return;
    setSentAt((before) => ({ ...before, [id]: at }));
    keep((before) => ({ ...before, [id]: { ...NO_DRAFT, times: timesOf(before, id) } }));
  };
  return {
    rows,
    now,
    can,
    draft: (lotId, change) => keep((before) => ({ ...before, [lotId]: { ...(before[lotId] ?? NO_DRAFT), ...change } })),
    take: (amounts) => keep((before) => ({ ...before, ...Object.fromEntries([...amounts].map(([id, amount]) => [id, { amount, picked: true, meant: null, times: timesOf(before, id) }])) })),
    clear: (lotId) => keep((before) => ({ ...before, [lotId]: { ...NO_DRAFT, times: timesOf(before, lotId) } })),
    submit: (lotId) => {
      if (!can) return;
      sendable(lotId === undefined ? rows : rows.filter((row) => row.lot.facts.id === lotId)).forEach((row, at) => {
        if (at < AT_ONCE) send(row);
        else setTimeout(() => send(row), (at - AT_ONCE + 1) * BETWEEN_MS);
      });
    },
  };
}

function timesOf(drafts: Drafts, lotId: string): number {
  return (drafts[lotId]?.times ?? 0) + 1;
}

type Drafts = Readonly<Record<string, GridDraft>>;

function useKeptDrafts(place: string): [Drafts, (change: (before: Drafts) => Drafts) => void] {
  const name = `bidroom.grid.${place}`;
  const [drafts, setDrafts] = useState<Drafts>(() => JSON.parse(sessionStorage.getItem(name) ?? '{}') as Drafts);
  const keep = (change: (before: Drafts) => Drafts) =>
    setDrafts((before) => {
      const after = change(before);
      sessionStorage.setItem(name, JSON.stringify(after));
      return after;
    });
  return [drafts, keep];
}
