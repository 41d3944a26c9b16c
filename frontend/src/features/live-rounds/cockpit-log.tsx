// The event log of the cockpit (CK-08): bids by alias, the clock's marks, messages to all; newest first.
import { memo, useMemo, useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords, type Words } from '@/i18n/use-words';
import { Icon, type IconName } from '@/ui/icon';
import { Panel } from '@/ui/panel';
import { Switcher } from '@/ui/switcher';

import type { CockpitInfo } from './cockpit-data';
import { clockText, logRows, type LogRow, type WatchedLot } from './cockpit-lot';
import css from './cockpit-log.module.css';
import { moneyText } from './lot-view';

type Shown = 'all' | 'bids' | 'acts';

// What a person scrolls through; all of it is in the chart's table and in the export.
const MOST = 200;

const ICONS: Readonly<Record<LogRow['kind'], IconName>> = {
  bid: 'gavel',
  best: 'gavel',
  extension: 'clock',
  by_hand: 'clock',
  pause: 'pause',
  resumed: 'play',
  broadcast: 'bell',
};

export function CockpitLog({ info, lots }: { info: CockpitInfo; lots: readonly WatchedLot[] }) {
  const { t } = useWords('cockpit');
  const [shown, setShown] = useState<Shown>('all');
  const rows = useMemo(() => logRows(info, lots).filter((row) => shown === 'all' || isBid(row) === (shown === 'bids')).slice(0, MOST), [info, lots, shown]);
  return (
    <Panel
      title={t('log.title')}
      flush
      actions={<Switcher label={t('log.filter')} value={shown} onChange={setShown} options={(['all', 'bids', 'acts'] as const).map((value) => ({ value, label: t(`log.${value}`) }))} />}
    >
      <div className={css['scroll']} tabIndex={0} role="region" aria-label={t('log.title')}>
        {rows.length === 0 && <p className={css['empty']}>{t('log.empty')}</p>}
        <ol className={css['list']}>
          {rows.map((row) => (
            <LogLine key={row.key} row={row} tender={info.tender} basis={info.rules.basis ?? 'price'} withLot={lots.length > 1} />
          ))}
        </ol>
      </div>
    </Panel>
  );
}

interface LogLineProps {
  row: LogRow;
  tender: CockpitInfo['tender'];
  basis: NonNullable<CockpitInfo['rules']['basis']>;
  withLot: boolean;
}

/** A line never changes: with four states a second and hundreds of bids only the new ones are drawn. */
const LogLine = memo(
  function LogLine({ row, tender, basis, withLot }: LogLineProps) {
    const words = useWords('cockpit');
    return (
      <li className={isBid(row) ? '' : css['act']}>
        <time dateTime={row.at}>{clockText(row.at, tender.time_zone)}</time>
        <span className={css['icon']}>
          <Icon name={ICONS[row.kind]} size={14} />
        </span>
        <span>
          {withLot && row.lotNumber !== null && <span className={css['lot']}>{row.lotNumber}</span>}
          {rowText(row, tender, basis, words)}
        </span>
      </li>
    );
  },
  (before, after) => before.row.key === after.row.key && before.tender === after.tender && before.withLot === after.withLot,
);

function isBid(row: LogRow): boolean {
  return row.kind === 'bid' || row.kind === 'best';
}

function rowText(row: LogRow, tender: CockpitInfo['tender'], basis: LogLineProps['basis'], { t, lang }: Words<'cockpit'>): string {
  const amount = row.amount === undefined ? '' : moneyText(row.amount, tender.currency);
  const time = row.to === undefined ? '' : clockText(row.to, tender.time_zone);
  if (row.kind === 'broadcast' && row.texts) return `${t('log.broadcast')}: ${pick(lang, row.texts)}`;
  if (row.kind === 'best' && basis !== 'price') return t(`log.front_${basis}`, { amount });
  return t(`log.${row.kind}`, { alias: row.alias ?? '', amount, time });
}
