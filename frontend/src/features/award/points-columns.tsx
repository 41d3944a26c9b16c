// DR-01: what the rank is made of: the offer's technical alias, technical points, price points and total, where the tender rates them.

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import type { Column } from '@/ui/plain-table';

import css from './award.module.css';
import type { LotRanking, RankingRow } from './queries';

export function usePointsColumns(lot: LotRanking): Column<RankingRow>[] {
  const { t } = useWords('award');
  const none = t('common:table.none');
  const has = (key: 't_alias' | 'technical_points' | 'price_points' | 'total' | 'figure') => lot.rows.some((row) => row[key] !== null);
  const figure = (value: string | null) => <span className="num">{value ?? none}</span>;
  const all: (Column<RankingRow> | null)[] = [
    has('t_alias') ? { key: 'offer', title: t('points.offer'), cell: (row) => (row.t_alias === null ? none : t('points.offer_is', { number: offerNumber(row.t_alias) })) } : null,
    has('technical_points') ? { key: 'technical', title: t('points.technical'), right: true, cell: (row) => figure(row.technical_points) } : null,
    has('price_points') ? { key: 'price', title: t('points.price'), right: true, cell: (row) => figure(row.price_points) } : null,
    has('figure') ? { key: 'figure', title: t('points.figure'), right: true, cell: (row) => <strong className="num">{row.figure ?? none}</strong> } : null,
    has('total')
      ? { key: 'total', title: t('points.total'), right: true, cell: (row) => <strong className={`num ${css['totalPoints'] ?? ''}`}>{row.total ?? none}</strong> }
      : null,
  ];
  return all.filter((column) => column !== null);
}

/** Offers below a threshold: by technical alias, with points, without a price, for none was opened. */
export function FailedOffers({ lot }: { lot: LotRanking }) {
  const { t } = useWords('award');
  if (lot.failed.length === 0) return null;
  return (
    <div className={css['inset']}>
      <p>{t('points.failed')}</p>
      <ul className={css['failed']}>
        {lot.failed.map((offer) => (
          <li key={offer.t_alias}>{t('points.failed_is', { number: offerNumber(offer.t_alias), points: offer.technical_points })}</li>
        ))}
      </ul>
    </div>
  );
}

function noteOf(lot: LotRanking, shortlist: NonNullable<LotRanking['shortlist']>): 'points.cut_tie' | 'points.cut' | 'points.cut_all' {
  if (shortlist.cut_off_ties) return 'points.cut_tie';
  return lot.rows.length > shortlist.labels.length ? 'points.cut' : 'points.cut_all';
}

/** The cut from the ranking to the shortlist, with the tie that made it longer, if there is one. */
export function ShortlistNote({ lot }: { lot: LotRanking }) {
  const { t } = useWords('award');
  const { shortlist } = lot;
  if (shortlist === null || shortlist.labels.length === 0) return null;
  return (
    <div className={css['inset']}>
      <p>
        <strong>{t('points.shortlist')}</strong> {shortlist.labels.join(t('common:list_separator'))}
      </p>
      <p className="small muted">{t(noteOf(lot, shortlist), { count: shortlist.count })}</p>
    </div>
  );
}
