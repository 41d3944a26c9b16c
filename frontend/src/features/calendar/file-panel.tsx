// Days out of a file: the good ones go to the list of changes, every faulty cell is named. Nothing is stored by looking.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { FileDrop } from '@/ui/file-drop';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';

import { DayTable } from './day-table';
import { useReadFile, type DayForm, type FileRead } from './queries';

export function FilePanel({ onAdd }: { onAdd: (days: readonly DayForm[]) => void }) {
  const { t } = useWords('calendar');
  const read = useReadFile();
  const [file, setFile] = useState<File | null>(null);
  const look = (chosen: File | null) => {
    setFile(chosen);
    if (chosen === null) read.reset();
    else read.mutate(chosen);
  };
  return (
    <Panel title={t('import')}>
      <div className="stack">
        <FileDrop label={t('file')} hint={t('file_hint')} accept=".xlsx,.csv,.ics" file={file} disabled={read.isPending} onFile={look} />
        <ProblemAlert error={read.error} />
        {read.isSuccess && (
          <Result
            read={read.data}
            onAdd={() => {
              onAdd(read.data.days);
              look(null);
            }}
          />
        )}
      </div>
    </Panel>
  );
}

function Result({ read, onAdd }: { read: FileRead; onAdd: () => void }) {
  const { t } = useWords('calendar');
  return (
    <>
      <div role="status">
        <Banner tone={read.cells.length === 0 ? 'good' : 'warn'}>{t('tally', { days: read.days.length, known: read.known, bad: read.cells.length })}</Banner>
      </div>
      {read.cells.length > 0 && (
        <PlainTable
          caption={t('faulty')}
          rows={read.cells}
          rowKey={(cell) => `${cell.cell}-${cell.code}`}
          columns={[
            { key: 'cell', title: t('cell'), cell: (cell) => <strong className="mono">{cell.cell}</strong> },
            { key: 'text', title: t('typed'), cell: (cell) => cell.text || <span className="muted">{t('common:table.none')}</span> },
            { key: 'code', title: t('fault'), cell: (cell) => t(`faults.${cell.code}`) },
          ]}
        />
      )}
      {read.days.length > 0 && (
        <>
          <DayTable days={read.days} caption={t('good')} />
          <div>
            <Button look="primary" onClick={onAdd}>
              {t('take', { count: read.days.length })}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
