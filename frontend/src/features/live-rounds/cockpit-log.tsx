// The event log of the cockpit (CK-08): bids by alias, acts by role, what came by rule, messages to all; newest first.
// A line leads to its moment on the chart.
import { memo, useMemo, useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords, type Words } from '@/i18n/use-words';
import { Icon, type IconName } from '@/ui/icon';
import { Panel } from '@/ui/panel';
import { Switcher } from '@/ui/switcher';

import type { CockpitInfo } from './cockpit-data';
import { clockText, logRows, type By, type LogRow, type RowKind, type WatchedLot } from './cockpit-lot';
import css from './cockpit-log.module.css';
import { moneyText } from './lot-view';

const SHOWN = ['all', 'bids', 'acts', 'system'] as const;
type Shown = (typeof SHOWN)[number];

// What a person scrolls through; all of it is in the chart's table and in the export.
const MOST = 200;

const ICONS: Readonly<Record<RowKind, IconName>> = {
  bid: 'gavel',
  best: 'gavel',
  extension: 'clock',
  by_hand: 'clock',
  pause: 'pause',
  resumed: 'play',
  void: 'close',
  opened: 'play',
  closed: 'lock',
  broadcast: 'bell',
};

const FILTERS: Readonly<Record<By, Shown>> = { bidder: 'bids', buyer: 'acts', desk: 'acts', service: 'system' };

interface CockpitLogProps {
  info: CockpitInfo;
  lots: readonly WatchedLot[];
  /** The alias to follow; null for all. */
  alias: string | null;
  onAlias: (alias: string | null) => void;
  onLook: (row: LogRow) => void;
}

export function CockpitLog({ info, lots, alias, onAlias, onLook }: CockpitLogProps) {
  const { t } = useWords('cockpit');
  const [shown, setShown] = useState<Shown>('all');
  const all = useMemo(() => logRows(info, lots), [info, lots]);
  const rows = all.filter((row) => (shown === 'all' || FILTERS[row.by] === shown) && (alias === null || row.alias === undefined || row.alias === alias)).slice(0, MOST);
  const aliases = [...new Set(all.flatMap((row) => row.alias ?? []))].sort();
  return (
    <Panel title={t('log.title')} flush>
      <div className={css['filters']}>
        <Switcher label={t('log.filter')} value={shown} onChange={setShown} options={SHOWN.map((value) => ({ value, label: t(`log.${value}`) }))} />
        {aliases.length > 0 && (
          <select aria-label={t('log.whose')} value={alias ?? ''} onChange={(event) => onAlias(event.target.value === '' ? null : event.target.value)}>
            <option value="">{t('log.everybody')}</option>
            {aliases.map((each) => (
              <option key={each} value={each}>
                {t('chart.bidder', { alias: each })}
              </option>
            ))}
          </select>
        )}
      </div>
      <div className={css['scroll']} tabIndex={0} role="region" aria-label={t('log.title')}>
        {rows.length === 0 && <p className={css['empty']}>{t(all.length === 0 ? 'log.empty' : 'log.no_hit')}</p>}
        <ol className={css['list']}>
          {rows.map((row) => (
            <LogLine key={row.key} row={row} tender={info.tender} basis={info.rules.basis ?? 'price'} withLot={lots.length > 1} onLook={onLook} />
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
  onLook: (row: LogRow) => void;
}

/** A line never changes: with four states a second and hundreds of bids only the new ones are drawn. */
const LogLine = memo(
  function LogLine({ row, tender, basis, withLot, onLook }: LogLineProps) {
    const words = useWords('cockpit');
    const time = clockText(row.at, tender.time_zone);
    return (
      <li className={row.by === 'bidder' ? '' : css['act']}>
        <button type="button" className={css['time']} title={words.t('log.look')} aria-label={words.t('log.look_at', { time })} onClick={() => onLook(row)}>
          <time dateTime={row.at}>{time}</time>
        </button>
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

function rowText(row: LogRow, tender: CockpitInfo['tender'], basis: LogLineProps['basis'], { t, find, lang }: Words<'cockpit'>): string {
  const amount = row.amount === undefined ? '' : moneyText(row.amount, tender.currency);
  const time = row.to === undefined ? '' : clockText(row.to, tender.time_zone);
  if (row.kind === 'broadcast' && row.texts) return `${t('log.broadcast')}: ${pick(lang, row.texts)}`;
  if (row.kind === 'best' && basis !== 'price') return t(`log.front_${basis}`, { amount });
  if (row.kind === 'pause') return t(`log.pause_${row.by === 'bidder' ? 'service' : row.by}`, { reason: find(`reasons.${row.reason ?? 'other'}`, t('reasons.other')) });
  return t(`log.${row.kind}`, { alias: row.alias ?? '', amount, time });
}
