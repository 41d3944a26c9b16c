// Who is where by alias, with the figure that decides, where bids are ranked by another basis than the price.
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import type { CockpitInfo } from './cockpit-data';
import { hasFigures, type WatchedLot } from './cockpit-lot';
import { figureText, moneyText } from './lot-view';
import type { RankedPoint } from './messages';

export function CockpitRanking({ info, lot }: { info: CockpitInfo; lot: WatchedLot }) {
  const { t } = useWords('cockpit');
  const { currency } = info.tender;
  const basis = info.rules.basis ?? 'price';
  if (!hasFigures(lot.state) || basis === 'price') return null;
  const { ranked } = lot.state;
  const hasFigure = ranked?.some(([, , , figure]) => figure !== null) ?? false;
  const columns = [
    { key: 'place', title: t('ranked.place'), cell: ([place]: RankedPoint) => place },
    { key: 'alias', title: t('ranked.bidder'), cell: ([, alias]: RankedPoint) => t('chart.bidder', { alias }) },
    { key: 'amount', title: t('ranked.amount'), right: true, cell: ([, , amount]: RankedPoint) => moneyText(amount, currency) },
    ...(hasFigure ? [{ key: 'figure', title: t('ranked.figure'), right: true, cell: ([, , , figure]: RankedPoint) => (figure === null ? '–' : figureText(figure, lot.lot.scale, currency)) }] : []),
  ];
  return (
    <Panel title={t('ranked.title')} note={t(`ranked.${basis}`)} flush={Boolean(ranked?.length)}>
      {ranked === null || ranked === undefined || ranked.length === 0 ? (
        <p className="muted">{t(ranked?.length === 0 ? 'chart.empty' : 'ranked.hidden')}</p>
      ) : (
        <PlainTable narrow caption={t('ranked.title')} columns={columns} rows={ranked} rowKey={([, alias]) => alias} />
      )}
    </Panel>
  );
}
