// Several lots at a time (SCREENS.md LR-28): a row a lot, typed or pasted amounts, "submit selected" with an answer a row.
// What a rule would refuse, or the guard wants to see on the lot's own field, does not go; the rows that can, go.
import { useState } from 'react';

import { formatRemaining, toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { percentChange } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { MoneyInput } from '@/ui/money-input';
import { Panel } from '@/ui/panel';
import { StateTag, Tag } from '@/ui/state-tag';

import { referenceOf } from './bid-check';
import { onGridKey } from './grid-keys';
import { closesSoon, inOrder, sendable, type GridRow } from './grid-rows';
import { leftText, lotTitle, moneyText, type LotView } from './lot-view';
import { CurrencySwitch, mostOf, type OwnCurrency } from './own-currency';
import css from './lots-grid.module.css';
import { timerEnd } from './moment';
import { PasteBidsSheet } from './paste-bids-sheet';
import { placeOf } from './place';
import type { RoundInfo } from './room-data';
import { RowSaid } from './row-said';
import { useGrid, type Grid } from './use-grid';
import type { SupplierLot } from './messages';
import type { RoomSession, RoomView } from './room-session';

interface LotsGridProps {
  info: RoundInfo;
  lots: readonly LotView[];
  room: { session: RoomSession<SupplierLot>; view: RoomView<SupplierLot> };
  own: OwnCurrency;
  /** Opens a lot's own field with an amount in it. */
  onOpen: (lotId: string) => void;
}

export function LotsGrid({ info, lots, room, own, onOpen }: LotsGridProps) {
  const { t } = useWords('live-rounds');
  const grid = useGrid({ info, lots, room, own });
  const [soonFirst, setSoonFirst] = useState(false);
  const [isPasting, setPasting] = useState(false);
  const ready = sendable(grid.rows).length;
  const picked = grid.rows.filter((row) => row.draft.picked).length;
  return (
    <Panel
      title={t('grid.title')}
      flush
      actions={
        <>
          <span className={css['paste']}>
            <CurrencySwitch own={own} />
          </span>
          <label className={css['soon']}>
            <input type="checkbox" checked={soonFirst} onChange={(event) => setSoonFirst(event.target.checked)} />
            {t('grid.soon_first')}
          </label>
          <span className={css['paste']}>
            <Button size="small" icon="file" onClick={() => setPasting(true)}>
              {t('grid.paste')}
            </Button>
          </span>
        </>
      }
      foot={
        <div className={css['foot']}>
          <p aria-live="polite">{picked === 0 ? t('grid.none') : t('grid.picked', { count: picked, ready })}</p>
          <Button look="primary" disabled={!grid.can || ready === 0} onClick={() => grid.submit()}>
            {t('grid.submit', { count: ready })}
          </Button>
        </div>
      }
    >
      <p className={css['phone']}>{t('grid.phone')}</p>
      <Rows grid={grid} rows={inOrder(grid.rows, soonFirst, grid.now)} info={info} own={own} onOpen={onOpen} />
      {isPasting && <PasteBidsSheet info={info} own={own} rows={grid.rows} onTake={grid.take} onClose={() => setPasting(false)} />}
    </Panel>
  );
}

function Rows({ grid, rows, info, own, onOpen }: { grid: Grid; rows: readonly GridRow[]; info: RoundInfo; own: OwnCurrency; onOpen: (lotId: string) => void }) {
  const { t } = useWords('live-rounds');
  return (
    <div className={css['scroll']} tabIndex={0} role="region" aria-label={t('grid.title')}>
      <table className={css['table']}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t('grid.pick')}</span>
            </th>
            <th scope="col">{t('grid.lot')}</th>
            <th scope="col">{t('grid.place')}</th>
            <th scope="col" className={css['right']}>
              {t('grid.own')}
            </th>
            <th scope="col" className={css['right']}>
              {t('grid.next')}
            </th>
            <th scope="col">{t('grid.new')}</th>
            <th scope="col" className={css['right']}>
              {t('grid.change')}
            </th>
            <th scope="col">{t('grid.closes')}</th>
          </tr>
        </thead>
        <tbody onKeyDown={(event) => onGridKey(event, grid)}>
          {rows.map((row) => (
            <Row key={row.lot.facts.id} row={row} grid={grid} info={info} own={own} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: GridRow;
  grid: Grid;
  info: RoundInfo;
  own: OwnCurrency;
  onOpen: (lotId: string) => void;
}

function Row({ row, grid, info, own, onOpen }: RowProps) {
  const { t, lang } = useWords('live-rounds');
  const { facts, state } = row.lot;
  const { currency } = info.tender;
  const name = t('room.lot', { number: facts.number });
  const isShut = row.state === 'shut';
  const change = row.amount === '' ? null : percentChange(referenceOf(row.lot), row.amount);
  const end = timerEnd(state, row.moment);
  const highest = row.bounds === null ? null : mostOf(own, row.bounds.highest, facts.scale);
  return (
    <>
      <tr data-lot={facts.id} data-soon={closesSoon(row, grid.now) || undefined}>
        <td>
          <input
            type="checkbox"
            aria-label={t('grid.pick_lot', { lot: name })}
            checked={row.draft.picked}
            disabled={isShut || row.draft.amount === ''}
            onChange={(event) => grid.draft(facts.id, { picked: event.target.checked })}
          />
        </td>
        <th scope="row">
          <span className={css['number']}>{facts.number}</span> {lotTitle(lang, facts)}
        </th>
        <td>
          <PlaceWord row={row} />
        </td>
        <td className={css['right']}>{state.own_amount === null ? t('grid.nothing') : moneyText(state.own_amount, currency)}</td>
        <td className={css['right']}>
          {highest === null || isShut ? (
            t('grid.nothing')
          ) : (
            <Button size="small" look="quiet" aria-label={t('grid.use', { amount: moneyText(highest, own.code), lot: name })} onClick={() => grid.take(new Map([[facts.id, highest]]))}>
              ≤ {moneyText(highest, own.code)}
            </Button>
          )}
        </td>
        <td>
          <MoneyInput
            key={row.draft.times}
            label={<span className="visually-hidden">{t('grid.new_of', { lot: name })}</span>}
            value={row.draft.amount}
            scale={facts.scale}
            {...(own.rate === null ? {} : { currency: own.code })}
            hint={own.rate === null || row.amount === '' ? null : t('foreign.counts_as', { amount: moneyText(row.amount, currency) })}
            disabled={isShut}
            onChange={(amount) => grid.draft(facts.id, { amount, picked: amount !== '' })}
          />
        </td>
        <td className={css['right']}>{change === null ? t('grid.nothing') : `${change.replace('-', '−')} %`}</td>
        <td className={css['time']}>{end !== null && serverClock.isSynced() ? leftText(row.moment, formatRemaining(toMs(end) - grid.now), t) : <StateTag kind="lot" state={state.status} />}</td>
      </tr>
      <RowSaid row={row} info={info} onMeant={(amount) => grid.draft(facts.id, { meant: amount })} onOpen={() => onOpen(facts.id)} />
    </>
  );
}

function PlaceWord({ row }: { row: GridRow }) {
  const { t } = useWords('live-rounds');
  const place = placeOf(row.lot.state);
  if (place.kind === 'none') return <>{t('grid.nothing')}</>;
  if (place.kind === 'rank') return <strong className={row.lot.state.leading ? css['leads'] : undefined}>{place.rank}</strong>;
  return <Tag tone={place.kind === 'leading' ? 'good' : 'calm'}>{t(`focal.place_${place.kind}`)}</Tag>;
}
