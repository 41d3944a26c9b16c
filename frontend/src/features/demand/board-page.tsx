// PL-01 and RQ-01: the projects one may see by stage, or as a list; for a requester its own requests.

import { useState } from 'react';
import { Link } from 'react-router';

import { useCategoryNames } from '@/api/categories';
import { useSignedIn } from '@/api/session';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Money } from '@/ui/money';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { StateTag, Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';
import { Switcher } from '@/ui/switcher';

import css from './demand.module.css';
import { useProjects, type ProjectRow } from './queries';
import { HEAD } from './stage-bar';

const WHICH = ['all', 'mine', 'late', 'over'] as const;
type Which = (typeof WHICH)[number];

export default function BoardPage() {
  const { t } = useWords('demand');
  const { roles } = useSignedIn();
  const projects = useProjects();
  const mayAsk = roles.includes('requester') || roles.includes('purchaser');
  const isRequester = roles.every((role) => role === 'requester');
  const begin = (
    <ButtonLink to="/projects/new" look="primary" icon="plus">
      {t('board.begin')}
    </ButtonLink>
  );
  return (
    <div className="stack">
      <PageHeader title={t(isRequester ? 'board.own_title' : 'board.title')} lead={t(isRequester ? 'board.own_lead' : 'board.lead')} actions={mayAsk && begin} />
      <QueryView query={projects}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <Empty icon="file" title={t('board.empty')} next={mayAsk && begin}>
                {t('board.empty_why')}
              </Empty>
            </Panel>
          ) : (
            <Projects items={items} startsAsBoard={!isRequester} />
          )
        }
      </QueryView>
    </div>
  );
}

function isIn(row: ProjectRow, which: Which): boolean {
  if (which === 'mine') return row.waits_for_me;
  if (which === 'late') return row.is_late;
  const isOver = row.stage === null || row.state === 'stopped';
  return which === 'over' ? isOver : true;
}

function Projects({ items, startsAsBoard }: { items: readonly ProjectRow[]; startsAsBoard: boolean }) {
  const { t } = useWords('demand');
  const [which, setWhich] = useState<Which>('all');
  const [as, setAs] = useState<'board' | 'list'>(startsAsBoard ? 'board' : 'list');
  const rows = items.filter((row) => isIn(row, which));
  const options = WHICH.map((value) => ({ value, label: `${t(`which.${value}`)} ${String(items.filter((row) => isIn(row, value)).length)}` }));
  return (
    <div className="stack">
      <div className="spread">
        <Switcher label={t('which.label')} value={which} onChange={setWhich} options={options} />
        <Switcher
          label={t('board.as')}
          value={as}
          onChange={setAs}
          options={[
            { value: 'board', label: t('board.as_board') },
            { value: 'list', label: t('board.as_list') },
          ]}
        />
      </div>
      {as === 'board' ? <Board rows={rows} /> : <List rows={rows} />}
    </div>
  );
}

function Board({ rows }: { rows: readonly ProjectRow[] }) {
  const { find } = useWords('demand');
  const columns = Array.from({ length: HEAD + 1 }, (_, place) => place + 1);
  return (
    <div className={css['board']}>
      {columns.map((stage) => {
        // Whatever has a contract stands in the last column.
        const here = rows.filter((row) => Math.min(row.stage ?? HEAD + 1, HEAD + 1) === stage);
        const name = find(stage > HEAD ? 'stages.tail' : `stages.${String(stage)}`, String(stage));
        return (
          <section key={stage} className={css['column']} aria-label={name}>
            <h2 className={css['columnName']}>
              {stage <= HEAD && <span className={css['stepNumber']}>{stage}</span>}
              {name}
              <span className="muted num">{here.length}</span>
            </h2>
            {here.map((row) => (
              <Card key={row.id} row={row} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function Card({ row }: { row: ProjectRow }) {
  const { t, lang, find } = useWords('demand');
  return (
    <article className={css['card']}>
      <Link to={`/projects/${row.id}`}>{titleOf(row, lang) || row.reference}</Link>
      <span className="small muted">{row.reference}</span>
      <span className="row">
        <StateTag kind="stage" state={row.state} />
        {row.is_late && <Tag tone="bad">{t('board.late')}</Tag>}
      </span>
      {row.waits_for && <span className="small">{t('board.waits_for', { role: find(`words:roles.${row.waits_for}`, row.waits_for) })}</span>}
      {row.due_on && <span className="small muted num">{t('bar.due_on', { day: row.due_on })}</span>}
      {row.budget && <Money amount={row.budget} currency={row.currency} />}
    </article>
  );
}

function titleOf(row: ProjectRow, lang: 'zh' | 'en'): string {
  return pick(lang, { zh: row.title_zh || row.title_en, en: row.title_en || row.title_zh });
}

function List({ rows }: { rows: readonly ProjectRow[] }) {
  const { t, lang, find } = useWords('demand');
  const { nameOf } = useCategoryNames();
  const none = t('common:table.none');
  return (
    <Panel flush>
      <PlainTable
        caption={t('board.title')}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'title',
            title: t('board.project'),
            cell: (row) => (
              <span className={css['named']}>
                <Link to={`/projects/${row.id}`}>{titleOf(row, lang) || row.reference}</Link>
                <span className="muted small">{row.reference}</span>
              </span>
            ),
          },
          { key: 'category', title: t('words:category'), cell: (row) => (row.category ? nameOf(row.category) : none) },
          { key: 'stage', title: t('board.stage'), cell: (row) => (row.stage === null ? none : `${row.stage <= HEAD ? `${String(row.stage)}/${String(HEAD)} ` : ''}${find(`stages.${String(row.stage)}`, '')}`) },
          { key: 'state', title: t('board.state'), cell: (row) => <StateTag kind="stage" state={row.state} /> },
          { key: 'waits', title: t('board.waits'), cell: (row) => (row.waits_for ? find(`words:roles.${row.waits_for}`, row.waits_for) : none) },
          { key: 'due', title: t('board.due'), cell: (row) => <span className="num">{row.due_on ?? none}</span> },
          { key: 'budget', title: t('plan.budget'), right: true, cell: (row) => <Money amount={row.budget} currency={row.currency} /> },
        ]}
      />
    </Panel>
  );
}
