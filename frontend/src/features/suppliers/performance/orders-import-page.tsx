// Orders or deliveries from an ERP's file: what is whole is stored, every faulty cell is named.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonAnchor } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';

import { useImportOrders, type FileKind, type OrdersImported } from './queries';

const KINDS: readonly FileKind[] = ['orders', 'deliveries'];

export default function OrdersImportPage() {
  const { t, lang } = useWords('performance');
  const load = useImportOrders();
  const [kind, setKind] = useState<FileKind>('orders');
  const [file, setFile] = useState<File | null>(null);
  const start = () => {
    if (file) load.mutate({ kind, file });
  };
  return (
    <>
      <PageHeader back={{ to: '/orders', label: t('orders.title') }} title={t('import.title')} lead={t('import.lead')} />
      <div className="stack">
        <Panel title={t('import.upload')}>
          <div className="stack">
            <SelectField
              label={t('import.kind')}
              value={kind}
              options={KINDS.map((one) => ({ value: one, label: t(`import.kinds.${one}`) }))}
              onChange={(event) => {
                setKind(event.target.value as FileKind);
                load.reset();
              }}
            />
            <div>
              <ButtonAnchor href={`/api/orders/import/template?kind=${kind}&locale=${lang}`} download icon="export" size="small">
                {t('import.template')}
              </ButtonAnchor>
            </div>
            <FileDrop
              label={t('import.file')}
              hint={t('import.file_hint')}
              accept=".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
              file={file}
              disabled={load.isPending}
              onFile={(chosen) => {
                setFile(chosen);
                load.reset();
              }}
            />
            <ProblemAlert error={load.error} onRetry={start} />
            <div>
              <Button look="primary" icon="upload" disabled={file === null} busy={load.isPending} onClick={start}>
                {t('import.start')}
              </Button>
            </div>
          </div>
        </Panel>
        {load.isSuccess && <Result done={load.data} />}
      </div>
    </>
  );
}

function Result({ done }: { done: OrdersImported }) {
  const { t } = useWords('performance');
  const { find } = useWords('suppliers');
  return (
    <Panel title={t('import.result')} flush={done.rows.length > 0}>
      <div role="status">
        <Banner tone={done.bad_rows === 0 ? 'good' : 'warn'}>{t('import.tally', { total: done.total, created: done.created, bad: done.bad_rows })}</Banner>
        {done.ignored_columns.length > 0 && <Banner>{t('import.ignored', { columns: done.ignored_columns.join(t('common:list_separator')) })}</Banner>}
      </div>
      {done.rows.length > 0 && (
        <PlainTable
          caption={t('import.faults')}
          rows={done.rows}
          rowKey={(cell) => `${cell.cell}-${cell.code}`}
          columns={[
            { key: 'cell', title: t('import.cell'), cell: (cell) => <strong className="mono">{cell.cell}</strong> },
            { key: 'column', title: t('import.column'), cell: (cell) => t(`column.${cell.column}`) },
            { key: 'typed', title: t('import.typed'), cell: (cell) => cell.text || <span className="muted">{t('common:table.none')}</span> },
            { key: 'fault', title: t('import.fault'), cell: (cell) => find(`faults.${cell.code}`, cell.code, { ...cell.detail }) },
          ]}
        />
      )}
    </Panel>
  );
}
