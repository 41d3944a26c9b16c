// The event log of the cockpit (CK-08): bids by alias, the clock's marks, messages to all; newest first.
import { useState } from 'react';

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
  const words = useWords('cockpit');
  const { t } = words;
  const [shown, setShown] = useState<Shown>('all');
  const isBid = (row: LogRow) => row.kind === 'bid' || row.kind === 'best';
  const rows = logRows(info, lots).filter((row) => shown === 'all' || isBid(row) === (shown === 'bids'));
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
            <li key={row.key} className={isBid(row) ? '' : css['act']}>
              <time dateTime={row.at}>{clockText(row.at, info.tender.time_zone)}</time>
              <span className={css['icon']}>
                <Icon name={ICONS[row.kind]} size={14} />
              </span>
              <span>
                {lots.length > 1 && row.lotNumber !== null && <span className={css['lot']}>{row.lotNumber}</span>}
                {rowText(row, info, words)}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
}

function rowText(row: LogRow, info: CockpitInfo, { t, lang }: Words<'cockpit'>): string {
  const amount = row.amount === undefined ? '' : moneyText(row.amount, info.tender.currency);
  const time = row.to === undefined ? '' : clockText(row.to, info.tender.time_zone);
  if (row.kind === 'broadcast' && row.texts) return `${t('log.broadcast')}: ${pick(lang, row.texts)}`;
  return t(`log.${row.kind}`, { alias: row.alias ?? '', amount, time });
}
