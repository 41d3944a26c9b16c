// DR-04: who is on the shortlist and why, offer by offer; another cut may be tried.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { trimmed } from './choosing';
import { RankAndLabel } from './lot-ranking';
import { useWhatIf, type LotRanking, type Ranking, type RankingRow } from './queries';
import room from './room.module.css';
import { Stamp } from './stamp';

type Shortlist = NonNullable<Ranking['evaluation']>['shortlist'];

interface ShortlistPanelProps {
  ranking: Ranking;
  lot: LotRanking;
  rules: Shortlist;
}

export function ShortlistPanel({ ranking, lot, rules }: ShortlistPanelProps) {
  const { t } = useWords('decision-room');
  const why = useWhy(rules);
  const lastIn = lot.rows.filter((row) => row.is_shortlisted).at(-1)?.label;
  const columns: Column<RankingRow>[] = [
    { key: 'label', title: t('sensitivity.offer'), cell: (row) => <RankAndLabel row={row} /> },
    { key: 'standing', title: t('shortlist.standing'), cell: (row) => <Tag tone={row.is_shortlisted ? 'good' : 'calm'}>{t(row.is_shortlisted ? 'shortlist.in' : 'shortlist.out')}</Tag> },
    { key: 'reason', title: t('shortlist.reason'), cell: why },
  ];
  return (
    <Panel title={t('shortlist.title')} flush>
      <PlainTable caption={t('shortlist.caption', { number: lot.number })} columns={columns} rows={lot.rows} rowKey={(row) => row.label} cutsAfter={(row) => row.label === lastIn} />
      {lot.rows.length > 1 && <OtherCut ranking={ranking} lot={lot} official={rules.count} />}
    </Panel>
  );
}

const BY_RULE: ReadonlySet<string> = new Set(['among_best', 'at_least', 'tied_at_cut']);

function useWhy(rules: Shortlist): (row: RankingRow) => string {
  const { t } = useWords('decision-room');
  const params = { count: rules.count, within: trimmed(rules.within ?? '0'), at_least: rules.at_least ?? 0 };
  return (row) => {
    const why = row.shortlist_reason;
    if (why === null) return '';
    // People may move the line within the rule; their reason stands with the panel's word.
    if (BY_RULE.has(why) !== row.is_shortlisted) return t('shortlist.why.moved');
    return t(why === 'among_best' && rules.within ? 'shortlist.why.among_near' : `shortlist.why.${why}`, params);
  };
}

function OtherCut({ ranking, lot, official }: { ranking: Ranking; lot: LotRanking; official: number }) {
  const { t } = useWords('decision-room');
  const [count, setCount] = useState(official);
  const tried = useWhatIf(ranking.tender_id, { lot_id: lot.lot_id, count, values: [], without: [] }, lot.digest);
  const isOfficial = count === official;
  return (
    <div className={css['inset']}>
      <div className={room['cut']}>
        <span>{t('shortlist.cut')}</span>
        <Button size="small" aria-label={t('shortlist.fewer')} disabled={count <= 1} onClick={() => setCount(count - 1)}>
          −
        </Button>
        <strong className="num">{t('shortlist.best', { count })}</strong>
        <Button size="small" aria-label={t('shortlist.more')} disabled={count >= lot.rows.length} onClick={() => setCount(count + 1)}>
          +
        </Button>
        {!isOfficial && <Stamp />}
      </div>
      <p aria-live="polite" className="muted">
        {isOfficial ? t('shortlist.official') : tried.data && t('shortlist.would_be', { labels: tried.data.shortlist.join(t('common:list_separator')) })}
      </p>
    </div>
  );
}
