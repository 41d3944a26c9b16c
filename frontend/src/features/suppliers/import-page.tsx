// Import from Excel: template, upload with progress, and every faulty cell by its address. Good rows are in, none is lost.

import { useState } from 'react';
import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Button, ButtonAnchor } from '@/ui/button';
import { FileDrop } from '@/ui/file-drop';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { newId } from '@/ui/new-id';

import { ImportResult } from './import-result';
import { useImport, useImportProgress } from './queries';
import css from './suppliers.module.css';

export default function ImportPage() {
  const { t, lang } = useWords('suppliers');
  const load = useImport();
  const [file, setFile] = useState<File | null>(null);
  const [id, setId] = useState(newId);
  const progress = useImportProgress(id, load.isPending);
  const start = () => {
    if (file) load.mutate({ id, file, lang });
  };
  const choose = (chosen: File) => {
    setFile(chosen);
    // Another file is another import.
    setId(newId());
    load.reset();
  };
  return (
    <>
      <PageHeader back={{ to: '/suppliers', label: t('list.title') }} title={t('import.title')} lead={t('import.lead')} />
      <div className={css['steps']}>
        <Panel title={t('import.step_template')}>
          <div className="spread">
            <p className="muted">{t('import.template_text')}</p>
            <ButtonAnchor href={`/api/suppliers/import/template?locale=${lang}`} download icon="export">
              {t('import.template')}
            </ButtonAnchor>
          </div>
        </Panel>
        <Panel title={t('import.step_upload')}>
          <div className="stack">
            <FileDrop
              label={t('import.file')}
              hint={t('import.file_hint')}
              accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
              file={file}
              disabled={load.isPending}
              onFile={choose}
            />
            <ProblemAlert error={load.error} onRetry={start}>
              <FileFaultHint error={load.error} />
            </ProblemAlert>
            {load.isPending ? (
              <Progress done={progress.data?.done ?? 0} total={progress.data?.total ?? 0} />
            ) : (
              !load.isSuccess && (
                <div className={css['actions']}>
                  <Button look="primary" icon="upload" disabled={file === null} onClick={start}>
                    {t('import.start')}
                  </Button>
                </div>
              )
            )}
          </div>
        </Panel>
        {load.isSuccess && (
          <>
            <ImportResult done={load.data} />
            <p className="spread">
              <Link to="/suppliers">{t('import.to_list')}</Link>
            </p>
          </>
        )}
      </div>
    </>
  );
}

function FileFaultHint({ error }: { error: unknown }) {
  const { t } = useWords('suppliers');
  return error ? <p className="small">{t('import.nothing_imported')}</p> : null;
}

function Progress({ done, total }: { done: number; total: number }) {
  const { t } = useWords('suppliers');
  return (
    <div className="stack-tight" role="status">
      <progress className={css['progress']} max={total || 1} {...(total > 0 ? { value: done } : {})} aria-label={t('import.running')} />
      <span className="small muted">{total > 0 ? t('import.progress', { done, total }) : t('import.running')}</span>
    </div>
  );
}
