// The list itself: what, in which state, what comes next, and the one place to go.
import { useState } from 'react';
import { Link } from 'react-router';

import { useSignedIn } from '@/api/session';
import { toMs } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button, ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Instant } from '@/ui/instant';
import { PlainTable } from '@/ui/plain-table';
import { StateTag, Tag } from '@/ui/state-tag';
import { useServerNow } from '@/ui/use-server-now';

import { useCategories, type PortfolioRow } from './api';
import { groupOf, placeOf, watchesRounds } from './portfolio-groups';
import css from './portfolio.module.css';

// A screenful and a half; a replay of old tenders makes hundreds.
const SHOWN_AT_ONCE = 40;

export function PortfolioTable({ rows, onCopy }: { rows: readonly PortfolioRow[]; onCopy?: (id: string) => void }) {
  const { t, lang } = useWords('tenders');
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const categories = useCategories();
  const category = (code: string) => {
    const named = categories.data?.find((each) => each.code === code);
    return named === undefined ? code : pick(lang, { zh: named.name_zh, en: named.name_en });
  };
  const columns = [
    {
      key: 'what',
      title: t('portfolio.what'),
      cell: (row: PortfolioRow) => (
        <span className={css['what']}>
          <Link to={`/tenders/${row.id}`}>{pick(lang, { zh: row.title_zh, en: row.title_en }) || t('untitled')}</Link>
          <small>
            {row.reference} · {category(row.category)} · {t('lots_count', { count: row.lots })}
          </small>
        </span>
      ),
    },
    { key: 'state', title: t('portfolio.state'), cell: (row: PortfolioRow) => (row.phase === 'L' ? <Tag tone="live">{t('groups.live')}</Tag> : <StateTag kind="tender" state={row.state} />) },
    { key: 'next', title: t('portfolio.next'), cell: (row: PortfolioRow) => <Next row={row} /> },
    { key: 'invited', title: t('portfolio.bidders'), right: true, cell: (row: PortfolioRow) => counts(row) },
    { key: 'go', title: '', right: true, cell: (row: PortfolioRow) => <Go row={row} {...(onCopy ? { onCopy } : {})} /> },
  ];
  return (
    <>
      <PlainTable caption={t('portfolio.list')} columns={columns} rows={rows.slice(0, most)} rowKey={(row) => row.id} />
      {rows.length > most && (
        <div className={css['more']}>
          <Button onClick={() => setMost(most + SHOWN_AT_ONCE)}>{t('common:actions.more')}</Button>
        </div>
      )}
    </>
  );
}

function counts(row: PortfolioRow): string {
  if (row.invited === null) return '–';
  return row.joined === null ? String(row.invited) : `${row.joined} / ${row.invited}`;
}

function Next({ row }: { row: PortfolioRow }) {
  const { t } = useWords('tenders');
  if (row.continuation === 'needed') return <Tag tone="warn">{t('portfolio.too_few')}</Tag>;
  if (row.next_deadline === null) return <span>{t(`portfolio.now.${groupOf(row)}`)}</span>;
  return <Deadline {...row.next_deadline} />;
}

/** The time left; at zero what happens now, until the list is read again and says so itself. */
export function Deadline({ kind, at }: NonNullable<PortfolioRow['next_deadline']>) {
  const { t } = useWords('tenders');
  const isOver = toMs(at) <= useServerNow();
  return (
    <span className={css['next']}>
      <span>
        {isOver ? (
          t(`portfolio.over.${kind}`)
        ) : (
          <>
            {t(`portfolio.${kind}`)} <Countdown until={at} />
          </>
        )}
      </span>
      <small>
        <Instant at={at} />
      </small>
    </span>
  );
}

function Go({ row, onCopy }: { row: PortfolioRow; onCopy?: (id: string) => void }) {
  const { t } = useWords('tenders');
  const { roles } = useSignedIn();
  const { to, what } = placeOf(row, watchesRounds(roles));
  return (
    <span className={css['go']}>
      {onCopy && what !== 'edit' && (
        <Button size="small" look="quiet" icon="copy" onClick={() => onCopy(row.id)}>
          {t('portfolio.copy')}
        </Button>
      )}
      <ButtonLink size="small" to={to} look={what === 'cockpit' || what === 'decision' ? 'primary' : 'plain'}>
        {t(`go.${what}`)}
      </ButtonLink>
    </span>
  );
}
