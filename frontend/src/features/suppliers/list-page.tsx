// All suppliers with their standing: who may be invited, who soon may not, who must be assessed.

import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';

import { useCategoryNames } from '@/api/categories';
import { useSignedIn } from '@/api/session';
import { lastDay } from '@/domain/certification';
import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button, ButtonLink } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { StateTag, Tag } from '@/ui/state-tag';
import { Empty, Failed, Loading } from '@/ui/states';

import { CategoryNames } from './category-names';
import { GradeSeal } from './grade';
import css from './suppliers.module.css';
import { useSuppliers, type Standing, type SupplierRow, type Wanted } from './queries';

const STANDINGS: readonly Standing[] = ['certified', 'expiring', 'expired', 'suspended', 'not_certified'];
const EVERYTHING: Wanted = { q: '', state: null, category: null };

export default function ListPage() {
  const { t } = useWords('suppliers');
  const mayWrite = useSignedIn().roles.includes('purchaser');
  const [wanted, setWanted] = useState(EVERYTHING);
  const suppliers = useSuppliers(useDeferredValue(wanted));
  const rows = suppliers.data?.pages.flatMap((page) => page.items);
  const total = suppliers.data?.pages[0]?.total ?? 0;
  return (
    <>
      <PageHeader
        title={t('list.title')}
        lead={t('list.lead')}
        actions={
          mayWrite && (
            <>
              <ButtonLink to="/suppliers/import" icon="upload">
                {t('list.import')}
              </ButtonLink>
              <ButtonLink to="/suppliers/new" look="primary" icon="plus">
                {t('list.register')}
              </ButtonLink>
            </>
          )
        }
      />
      <div className="stack">
        <Filters wanted={wanted} onChange={setWanted} />
        <Panel flush>
          {rows === undefined ? (
            suppliers.isError ? <Failed error={suppliers.error} onRetry={() => void suppliers.refetch()} /> : <Loading lines={9} />
          ) : rows.length === 0 ? (
            <Nothing isFiltered={wanted !== EVERYTHING} mayWrite={mayWrite} onClear={() => setWanted(EVERYTHING)} />
          ) : (
            <Rows rows={rows} />
          )}
        </Panel>
        {rows !== undefined && rows.length > 0 && (
          <p className="spread small muted">
            <span role="status">{t('list.shown', { shown: rows.length, count: total })}</span>
            {suppliers.hasNextPage && (
              <Button busy={suppliers.isFetchingNextPage} onClick={() => void suppliers.fetchNextPage()}>
                {t('common:actions.more')}
              </Button>
            )}
          </p>
        )}
      </div>
    </>
  );
}

function Filters({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  const { t, lang, find } = useWords('suppliers');
  const categories = useCategoryNames();
  const all = { value: '', label: t('common:all') };
  return (
    <div className={css['filters']} role="search">
      <TextField
        type="search"
        label={t('list.search')}
        placeholder={t('list.search_hint')}
        value={wanted.q}
        onChange={(event) => onChange({ ...wanted, q: event.target.value })}
      />
      <SelectField
        label={t('list.standing')}
        value={wanted.state ?? ''}
        onChange={(event) => onChange({ ...wanted, state: STANDINGS.find((state) => state === event.target.value) ?? null })}
        options={[all, ...STANDINGS.map((state) => ({ value: state, label: find(`words:states.certification.${state}`, state) }))]}
      />
      <SelectField
        label={t('words:category')}
        value={wanted.category ?? ''}
        onChange={(event) => onChange({ ...wanted, category: event.target.value || null })}
        options={[all, ...categories.list.map((category) => ({ value: category.code, label: pickName(lang, category) }))]}
      />
    </div>
  );
}

function Nothing({ isFiltered, mayWrite, onClear }: { isFiltered: boolean; mayWrite: boolean; onClear: () => void }) {
  const { t } = useWords('suppliers');
  if (isFiltered) {
    return (
      <Empty icon="search" title={t('list.no_hit')} next={<Button onClick={onClear}>{t('common:actions.clear_filters')}</Button>}>
        {t('list.no_hit_why')}
      </Empty>
    );
  }
  return (
    <Empty icon="supplier" title={t('list.empty')} next={mayWrite && <ButtonLink to="/suppliers/new" look="primary">{t('list.register')}</ButtonLink>}>
      {t('list.empty_why')}
    </Empty>
  );
}

function Rows({ rows }: { rows: readonly SupplierRow[] }) {
  const { t, lang } = useWords('suppliers');
  const none = t('common:table.none');
  return (
    <PlainTable
      caption={t('list.title')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'name',
          title: t('list.name'),
          cell: (row) => (
            <span className={css['named']}>
              <Link to={`/suppliers/${row.id}`}>{pickName(lang, row)}</Link>
              <span className="muted small">{lang === 'zh' ? row.name_en : row.name_zh}</span>
            </span>
          ),
        },
        { key: 'city', title: t('fields.city'), cell: (row) => row.city || none },
        { key: 'categories', title: t('fields.categories'), cell: (row) => <CategoryNames codes={row.categories} /> },
        {
          key: 'grade',
          title: t('list.grade'),
          cell: (row) => (
            <span className={css['graded']}>
              <GradeSeal grade={row.grade} />
              <span className="num">{row.score ?? none}</span>
            </span>
          ),
        },
        { key: 'until', title: t('fields.valid_until'), cell: (row) => <span className="num">{row.valid_until ? lastDay(row.valid_until) : none}</span> },
        {
          key: 'standing',
          title: t('list.standing'),
          cell: (row) => (
            <span className={css['tags']}>
              <StateTag kind="certification" state={row.standing} />
              {row.has_proposal && <Tag tone="warn">{t('list.proposal')}</Tag>}
            </span>
          ),
        },
      ]}
    />
  );
}
