// Own bids as a line and as a table, each with its receipt (SCREENS.md LR-35).
import { useState } from 'react';

import { formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { moneyText, type LotView } from './lot-view';
import type { Outbox } from './outbox';
import { ownRows, ownSteps, type OwnRow } from './own-bids';
import { OwnChart } from './own-chart';
import css from './own-bids-panel.module.css';
import { ReceiptSheet } from './receipt-sheet';
import { useOwnBids, type RoundInfo } from './room-data';

const TONES = { accepted: 'good', refused: 'bad', voided: 'off', superseded: 'calm' } as const;

export function OwnBidsPanel({ info, lot, outbox }: { info: RoundInfo; lot: LotView; outbox: Outbox }) {
  const { t } = useWords('live-rounds');
  const fetched = useOwnBids(lot.facts.id);
  const [opened, setOpened] = useState<OwnRow | null>(null);
  const rows = ownRows(fetched.data ?? [], outbox, lot.facts.id);
  return (
    <Panel title={t('own.title')} flush>
      {fetched.isError && <ProblemAlert error={fetched.error} title={t('own.failed')} onRetry={() => void fetched.refetch()} />}
      {rows.length === 0 ? (
        <p className={css['empty']}>{t('own.empty')}</p>
      ) : (
        <>
          <div className={css['chart']}>
            <OwnChart steps={ownSteps(rows)} lot={lot} info={info} />
          </div>
          <OwnTable rows={rows} info={info} onOpen={setOpened} />
        </>
      )}
      {opened !== null && <ReceiptSheet row={opened} lot={lot} info={info} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function OwnTable({ rows, info, onOpen }: { rows: readonly OwnRow[]; info: RoundInfo; onOpen: (row: OwnRow) => void }) {
  const { t } = useWords('live-rounds');
  return (
    // A region that scrolls must be reachable by keyboard.
    <div className={css['scroll']} tabIndex={0} role="region" aria-label={t('own.title')}>
      <table className={css['table']}>
        <thead>
          <tr>
            <th scope="col">{t('own.amount')}</th>
            <th scope="col">{t('own.time')}</th>
            <th scope="col">{t('own.state')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('own.receipt')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <OwnTableRow key={row.bidId} row={row} info={info} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Placed by the service under the own limit. */
function AutoMark() {
  const { t } = useWords('formats');
  return <Tag>{t('auto.placed')}</Tag>;
}

function OwnTableRow({ row, info, onOpen }: { row: OwnRow; info: RoundInfo; onOpen: (row: OwnRow) => void }) {
  const { t, find } = useWords('live-rounds');
  const amount = moneyText(row.amount, info.tender.currency);
  return (
    <tr className={css[row.state]}>
      <th scope="row">
        {amount}
        {row.sent !== undefined && <small> · {row.sent}</small>}
      </th>
      <td>{formatInstant(row.atMs, info.tender.time_zone, 'time-second')}</td>
      <td title={row.code === null ? undefined : find(`codes:${row.code}`, row.code)}>
        <Tag tone={TONES[row.state]}>{t(`outbox.${row.state}`)}</Tag>
        {row.auto === true && <> <AutoMark /></>}
      </td>
      <td>
        {row.state !== 'refused' && (
          <Button size="small" look="quiet" onClick={() => onOpen(row)} aria-label={`${t('receipt.show')} ${amount}`}>
            {t('receipt.show')}
          </Button>
        )}
      </td>
    </tr>
  );
}
