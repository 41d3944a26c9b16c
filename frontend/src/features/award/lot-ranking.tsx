// DR-01: the official ranking of one lot by label. Read, chosen from, or with the names of the unsealed: the same table.

import type { ReactNode } from 'react';

import { useMe } from '@/api/session';
import { pick } from '@/domain/lang';
import { minorUnits, rescale } from '@/domain/money';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonAnchor } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { distanceOf, trimmed } from './choosing';
import { DistanceFigure, SavingFigure } from './figures';
import { FailedOffers, ShortlistNote, usePointsColumns } from './points-columns';
import type { LotRanking, Ranking, RankingRow } from './queries';

interface LotRankingPanelProps {
  ranking: Ranking;
  lot: LotRanking;
  zone?: string;
  /** The head of a row: its rank and label, by default as words. */
  head?: (row: RankingRow) => ReactNode;
  /** After the first column: names, where there are any. */
  extra?: readonly Column<RankingRow>[];
  foot?: ReactNode;
}

export function LotRankingPanel({ ranking, lot, zone, head, extra = [], foot }: LotRankingPanelProps) {
  const { t, lang } = useWords('award');
  const title = pick(lang, { zh: lot.title_zh, en: lot.title_en });
  const name = ranking.lots.length === 1 && title === '' ? t('words:lot') : `${String(lot.number)} · ${title}`;
  return (
    <Panel title={name} note={quantityText(lang, trimmed(lot.quantity), lot.unit)} flush>
      <FieldNote ranking={ranking} lot={lot} />
      {lot.rows.length > 0 && <Table ranking={ranking} lot={lot} head={head} extra={extra} caption={t('ranking.caption', { lot: name })} />}
      <ShortlistNote lot={lot} />
      <FailedOffers lot={lot} />
      {foot}
      <Grounds tenderId={ranking.tender_id} lot={lot} currency={ranking.currency} {...(zone === undefined ? {} : { zone })} />
    </Panel>
  );
}

function FieldNote({ ranking, lot }: { ranking: Ranking; lot: LotRanking }) {
  const { t } = useWords('award');
  if (lot.field === 'enough') return null;
  return (
    <div className={css['inset']}>
      <Banner tone="warn">{t(`field.${lot.field}`, { count: lot.rows.length, least: ranking.min_bidders })}</Banner>
    </div>
  );
}

interface TableProps {
  ranking: Ranking;
  lot: LotRanking;
  head: ((row: RankingRow) => ReactNode) | undefined;
  extra: readonly Column<RankingRow>[];
  caption: string;
}

function Table({ ranking, lot, head, extra, caption }: TableProps) {
  const { t } = useWords('award');
  const { currency } = ranking;
  const tax = t(ranking.tax_basis === 'included' ? 'words:tax_included' : 'words:tax_excluded');
  const points = usePointsColumns(lot);
  const hasTotal = lot.rows.some((row) => row.total !== null);
  const lastIn = lot.rows.filter((row) => row.is_shortlisted).at(-1)?.label;
  const columns: Column<RankingRow>[] = [
    { key: 'label', title: t('ranking.rank_label'), cell: (row) => (head ? head(row) : <RankAndLabel row={row} />) },
    ...extra,
    // Where there was no live round nobody has an alias of it.
    ...(hasTotal && lot.rows.every((row) => row.alias === null)
      ? []
      : [{ key: 'alias', title: t('ranking.alias'), cell: (row: RankingRow) => (row.alias === null ? t('common:table.none') : t('ranking.bidder', { alias: row.alias })) }]),
    {
      key: 'amount',
      title: t('ranking.amount', { tax }),
      right: true,
      cell: (row) => <Money amount={row.amount} currency={currency} unit={lot.basis === 'unit' ? lot.unit : null} />,
    },
    ...points,
    // The distance of amounts says nothing where points decide.
    ...(hasTotal ? [] : [{ key: 'distance', title: t('ranking.distance'), cell: (row: RankingRow) => <DistanceFigure distance={distanceOf(lot, row)} currency={currency} /> }]),
    ...(lot.rows.some((row) => row.saving !== null)
      ? [{ key: 'saving', title: t('ranking.saving'), right: true, cell: (row: RankingRow) => <SavingFigure saving={row.saving} currency={currency} /> }]
      : []),
  ];
  return <PlainTable caption={caption} columns={columns} rows={lot.rows} rowKey={(row) => row.label} cutsAfter={(row) => row.label === lastIn} />;
}

export type RowMark = 'preferred' | 'reserve';

export function RankAndLabel({ row, mark = null }: { row: RankingRow; mark?: RowMark | null }) {
  const { t } = useWords('award');
  return (
    <span className={css['head']}>
      <span className={`${css['rank'] ?? ''} ${row.rank === 1 ? (css['first'] ?? '') : ''}`}>
        <span className="visually-hidden">{t('words:rank')} </span>
        {row.rank}
      </span>{' '}
      <strong>{row.label}</strong> {row.is_tied && <Tag tone="warn">{t('words:tie')}</Tag>} {mark && <Tag tone={mark === 'preferred' ? 'good' : 'calm'}>{t(`ranking.${mark}`)}</Tag>}
    </span>
  );
}

/** What the ranking and the savings stand on: baseline with source and date, and the ranking's hash. */
function Grounds({ tenderId, lot, currency, zone }: { tenderId: string; lot: LotRanking; currency: string; zone?: string }) {
  const { t } = useWords('award');
  const roles = useMe()?.roles ?? [];
  const { baseline } = lot;
  return (
    <div className={css['grounds']}>
      {baseline !== null && (
        <Facts
          items={[
            { term: t('words:baseline_price'), value: <Money amount={baseline.price && trimmed(baseline.price, lot.scale)} currency={currency} unit={lot.basis === 'unit' && baseline.price !== null ? lot.unit : null} /> },
            { term: t('ranking.baseline_total'), value: <Money amount={baseline.total && rescale(baseline.total, minorUnits(currency))} currency={currency} /> },
            { term: t('ranking.baseline_source'), value: baseline.source === null ? t('savings.no_baseline') : `${baseline.source}${baseline.on === null ? '' : ` · ${baseline.on}`}` },
          ]}
        />
      )}
      <details className={css['proof']}>
        <summary>{t('ranking.proof')}</summary>
        <Facts
          items={[
            { term: t('ranking.made_at'), value: <Instant at={lot.made_at} as="second" named {...(zone === undefined ? {} : { zone })} /> },
            { term: t('ranking.digest'), value: <code className={page['hash']}>{lot.digest}</code> },
          ]}
        />
        {lot.rows.length > 0 && roles.some((role) => SHEET_READERS.has(role)) && <ScoreSheet place={`/api/tenders/${tenderId}/lots/${lot.lot_id}/score-sheet`} number={lot.number} />}
      </details>
    </div>
  );
}

// app/award/room_routes.py, read_score_sheet.
const SHEET_READERS: ReadonlySet<string> = new Set(['purchaser', 'approver', 'auditor']);

/** The lot as a document that anybody can score again. */
function ScoreSheet({ place, number }: { place: string; number: number }) {
  const { t } = useWords('panel');
  return (
    <p className="row">
      <ButtonAnchor href={place} download={`score-sheet-${String(number)}.json`} size="small" icon="export">
        {t('sheet.button')}
      </ButtonAnchor>
      <span className="small muted">{t('sheet.why')}</span>
    </p>
  );
}
