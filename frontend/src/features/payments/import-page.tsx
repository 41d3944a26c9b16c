// Invoices and payments from an ERP's file: a preview first, then what is whole and new is recorded; every faulty cell is named.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonAnchor } from '@/ui/button';
import { FileDrop } from '@/ui/file-drop';
import { Money } from '@/ui/money';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';

import { useImportPayments, type PaymentsImported } from './queries';

export default function PaymentsImportPage() {
  const { t, lang } = useWords('payments');
  const load = useImportPayments();
  const [file, setFile] = useState<File | null>(null);
  const start = (isPreview: boolean) => {
    if (file) load.mutate({ file, isPreview });
  };
  const shown = load.isSuccess ? load.data : null;
  const canRecord = shown?.is_preview === true && shown.created > 0;
  return (
    <>
      <PageHeader back={{ to: '/payments', label: t('title') }} title={t('import.title')} lead={t('import.lead')} />
      <div className="stack">
        <Panel title={t('import.upload')}>
          <div className="stack">
            <div>
              <ButtonAnchor href={`/api/payments/import/template?locale=${lang}`} download icon="export" size="small">
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
            <ProblemAlert error={load.error} onRetry={() => start(true)} />
            <div className="row">
              <Button look={canRecord ? 'plain' : 'primary'} icon="search" disabled={file === null} busy={load.isPending} onClick={() => start(true)}>
                {t('import.preview')}
              </Button>
              {canRecord && (
                <Button look="primary" icon="upload" busy={load.isPending} onClick={() => start(false)}>
                  {t('import.start', { count: shown.created })}
                </Button>
              )}
            </div>
          </div>
        </Panel>
        {shown && <Result done={shown} />}
      </div>
    </>
  );
}

function Result({ done }: { done: PaymentsImported }) {
  const { t } = useWords('payments');
  const { find } = useWords('suppliers');
  const tally = { total: done.total, created: done.created, known: done.known, bad: done.bad_rows };
  return (
    <>
      <Panel title={t(done.is_preview ? 'import.seen' : 'import.result')}>
        <div role="status" className="stack">
          <Banner tone={done.bad_rows === 0 ? 'good' : 'warn'}>{t(done.is_preview ? 'import.tally_preview' : 'import.tally', tally)}</Banner>
          {done.ignored_columns.length > 0 && <Banner>{t('import.ignored', { columns: done.ignored_columns.join(t('common:list_separator')) })}</Banner>}
        </div>
      </Panel>
      {done.faults.length > 0 && (
        <Panel title={t('import.faults')} flush>
          <PlainTable
            caption={t('import.faults')}
            rows={done.faults}
            rowKey={(cell) => `${cell.cell}-${cell.code}`}
            columns={[
              { key: 'cell', title: t('import.cell'), cell: (cell) => <strong className="mono">{cell.cell}</strong> },
              { key: 'column', title: t('import.column'), cell: (cell) => t(`import.columns.${cell.column}`) },
              { key: 'typed', title: t('import.typed'), cell: (cell) => cell.text || <span className="muted">{t('common:table.none')}</span> },
              { key: 'fault', title: t('import.fault'), cell: (cell) => find(`faults.${cell.code}`, cell.code, { ...cell.detail }) },
            ]}
          />
        </Panel>
      )}
      {done.rows.length > 0 && (
        <Panel title={t('import.rows')} flush>
          <PlainTable
            caption={t('import.rows')}
            rows={done.rows}
            rowKey={(row) => String(row.row)}
            columns={[
              { key: 'row', title: t('import.row'), cell: (row) => <span className="num">{row.row}</span> },
              { key: 'verdict', title: t('import.verdict'), cell: (row) => t(`import.verdicts.${row.verdict}`) },
              { key: 'milestone', title: t('milestone'), cell: (row) => `${row.tender} · ${String(row.milestone)}` },
              { key: 'paper', title: t('document'), cell: (row) => `${t(`papers.${row.kind}`)} ${row.number}` },
              { key: 'day', title: t('dated_on'), cell: (row) => <span className="num">{row.dated_on}</span> },
              { key: 'amount', title: t('amount'), right: true, cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
            ]}
          />
        </Panel>
      )}
    </>
  );
}
