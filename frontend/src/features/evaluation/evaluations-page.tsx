// EV-01: my evaluations: what waits for me, until when, how far I am.

import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';
import page from '@/ui/working-page.module.css';

import css from './evaluation.module.css';
import { useAssignments, type Assignment } from './queries';
import { StateMark } from './state-mark';
import { titleOf } from './words-of';

export default function EvaluationsPage() {
  const { t } = useWords('evaluation');
  const query = useAssignments();
  return (
    <>
      <PageHeader title={t('mine.title')} lead={t('mine.lead')} />
      <QueryView query={query}>
        {(list) =>
          list.length === 0 ? (
            <Panel>
              <Empty icon="check" title={t('mine.empty')}>
                {t('mine.empty_why')}
              </Empty>
            </Panel>
          ) : (
            <Panel title={t('mine.list')} flush>
              <Assignments list={list} />
            </Panel>
          )
        }
      </QueryView>
    </>
  );
}

function Assignments({ list }: { list: readonly Assignment[] }) {
  const { t, lang } = useWords('evaluation');
  const columns: Column<Assignment>[] = [
    {
      key: 'tender',
      title: t('words:tender'),
      cell: (one) => (
        <span className={css['named']}>
          <span>{titleOf(lang, one)}</span>
          <span className="small muted">{one.reference}</span>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('mine.state'),
      cell: (one) => (
        <span className="row">
          <StateMark state={one.state} />
          {one.is_chair && <Tag>{t('chair')}</Tag>}
        </span>
      ),
    },
    { key: 'due', title: t('mine.due'), cell: (one) => <Instant at={one.due_at} named /> },
    { key: 'progress', title: t('mine.progress'), cell: (one) => <Progress one={one} /> },
    { key: 'open', title: t('mine.next'), cell: (one) => <Next one={one} /> },
  ];
  return <PlainTable caption={t('mine.list')} columns={columns} rows={list} rowKey={(one) => one.tender_id} />;
}

function Progress({ one }: { one: Assignment }) {
  const { t } = useWords('evaluation');
  if (one.total === 0) return <span className="muted">{t('common:table.none')}</span>;
  return (
    <span className={css['progress']}>
      <progress className={page['bar']} max={one.total} value={one.done} aria-hidden="true" />
      <span className="small num">{t('grid.done_of', { done: one.done, total: one.total })}</span>
    </span>
  );
}

function Next({ one }: { one: Assignment }) {
  const { t } = useWords('evaluation');
  const isConsensus = one.state === 'consensus' || one.state === 'locked';
  const look = one.state === 'invited' || one.state === 'marking' || one.state === 'consensus' ? 'primary' : 'plain';
  const own = (
    <ButtonLink to={`/evaluations/${one.tender_id}${isConsensus ? '/consensus' : ''}`} look={look} size="small">
      {t(`mine.open.${one.state}`)}
    </ButtonLink>
  );
  if (!one.is_told) return own;
  return (
    <span className="row">
      <ButtonLink to={`/tenders/${one.tender_id}/decision`} look="primary" size="small">
        {t('mine.to_ranking')}
      </ButtonLink>
      <ButtonLink to={`/tenders/${one.tender_id}/report`} size="small">
        {t('mine.to_report')}
      </ButtonLink>
      {own}
    </span>
  );
}
