// Companies that applied by themselves: those that wait, and those decided.

import { useState } from 'react';
import { Link } from 'react-router';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { CategoryNames } from './category-names';
import { useApplications, type ApplicationRow } from './lifecycle-queries';

export default function ApplicationsPage() {
  const { t } = useWords('suppliers');
  const [isOpen, setOpen] = useState(true);
  const applications = useApplications(isOpen);
  return (
    <>
      <PageHeader
        title={t('applications.title')}
        lead={t('applications.lead')}
        actions={<Button onClick={() => setOpen(!isOpen)}>{t(isOpen ? 'applications.see_decided' : 'applications.see_open')}</Button>}
      />
      <QueryView query={applications}>
        {(rows) => (
          <Panel flush>
            {rows.length === 0 ? <Empty title={t('applications.empty')}>{t('applications.empty_why')}</Empty> : <Rows rows={rows} />}
          </Panel>
        )}
      </QueryView>
    </>
  );
}

function Rows({ rows }: { rows: readonly ApplicationRow[] }) {
  const { t, lang } = useWords('suppliers');
  return (
    <PlainTable
      caption={t('applications.title')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        { key: 'name', title: t('list.name'), cell: (row) => <Link to={`/supplier-applications/${row.id}`}>{pickName(lang, row)}</Link> },
        { key: 'reference', title: t('applications.reference'), cell: (row) => <span className="mono">{row.reference}</span> },
        { key: 'categories', title: t('fields.categories'), cell: (row) => <CategoryNames codes={row.categories} /> },
        { key: 'at', title: t('applications.applied'), cell: (row) => <Instant at={row.applied_at} /> },
        { key: 'state', title: t('applications.state'), cell: (row) => <ApplicationTag state={row.state} /> },
      ]}
    />
  );
}

export function ApplicationTag({ state }: { state: ApplicationRow['state'] }) {
  const { t } = useWords('suppliers');
  const tone = state === 'applied' ? 'warn' : state === 'refused' ? 'off' : 'good';
  return <Tag tone={tone}>{t(`applications.states.${state}`)}</Tag>;
}
