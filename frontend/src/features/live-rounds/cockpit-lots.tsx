// All lots of the round in a table (CK-05); choosing one brings it to the chart.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { StateTag } from '@/ui/state-tag';

import type { CockpitInfo } from './cockpit-data';
import { bidCount } from './cockpit-figures';
import { bestOf, clockText, hasFigures, type WatchedLot } from './cockpit-lot';
import css from './cockpit-lots.module.css';
import { lotTitle, moneyText, percentOf } from './lot-view';
import { isLive } from './messages';

interface CockpitLotsProps {
  info: CockpitInfo;
  lots: readonly WatchedLot[];
  chosen: string;
  onChoose: (lotId: string) => void;
}

export function CockpitLots({ info, lots, chosen, onChoose }: CockpitLotsProps) {
  const { t, lang } = useWords('cockpit');
  const { currency, time_zone: zone } = info.tender;
  if (lots.length < 2) return null;
  const columns = [
    { key: 'lot', title: t('lots.lot'), cell: ({ lot }: WatchedLot) => `${lot.number} · ${lotTitle(lang, lot)}` },
    { key: 'state', title: t('lots.state'), cell: ({ state }: WatchedLot) => <StateTag kind="lot" state={state.status} /> },
    {
      key: 'ends',
      title: t('lots.ends'),
      cell: ({ state }: WatchedLot) => (
        <>
          {clockText(state.closes_at, zone)} {isLive(state.status) && <Countdown until={state.closes_at} over="00:00:00" />}
        </>
      ),
    },
    {
      key: 'best',
      title: t('lots.best'),
      right: true,
      cell: (lot: WatchedLot) => {
        const best = bestOf(lot);
        return best === null ? '–' : moneyText(best, currency);
      },
    },
    {
      key: 'saving',
      title: t('lots.saving'),
      right: true,
      cell: ({ state }: WatchedLot) => (hasFigures(state) && state.savings !== null ? <Two first={moneyText(state.savings.money, currency)} second={percentOf(state.savings.percent)} /> : '–'),
    },
    { key: 'bids', title: t('lots.bids'), right: true, cell: (lot: WatchedLot) => bidCount(lot) ?? '–' },
    { key: 'active', title: t('lots.active'), right: true, cell: ({ state }: WatchedLot) => (hasFigures(state) ? (state.active ?? '–') : '–') },
    { key: 'extensions', title: t('lots.extensions'), right: true, cell: ({ state }: WatchedLot) => t('time.of', { used: state.extensions, most: state.max_extensions }) },
    {
      key: 'show',
      title: '',
      right: true,
      cell: ({ lot }: WatchedLot) => (
        <Button size="small" look="quiet" aria-pressed={lot.id === chosen} onClick={() => onChoose(lot.id)} icon={lot.id === chosen ? 'check' : 'chart'}>
          <span className={css['whole']}>{t('lots.show', { number: lot.number })}</span>
        </Button>
      ),
    },
  ];
  return (
    <Panel title={t('lots.title')} flush>
      <PlainTable caption={t('lots.title')} columns={columns} rows={lots} rowKey={({ lot }) => lot.id} />
    </Panel>
  );
}

/** Two figures one under the other, neither broken. */
function Two({ first, second }: { first: string; second: string }) {
  return (
    <span className={css['two']}>
      <span>{first}</span>
      <span>{second}</span>
    </span>
  );
}
