// AU-04: the evidence leaves the house only with a purpose and a recipient; the bundle proves itself on another machine.

import { useWords } from '@/i18n/use-words';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import css from './audit.module.css';
import { ExportForm } from './export-form';
import { ExportRow } from './export-row';
import { HowToVerify } from './how-to-verify';
import { useExports } from './queries';

export default function ExportsPage() {
  const { t } = useWords('audit');
  const jobs = useExports();
  const ready = jobs.data?.find((job) => job.state === 'ready' && job.form === 'bundle');
  return (
    <>
      <PageHeader title={t('exports.title')} lead={t('exports.lead')} />
      <div className={css['split']}>
        <div className="stack">
          <ExportForm />
          <Panel title={t('exports.list')} flush>
            <QueryView query={jobs}>
              {(list) =>
                list.length === 0 ? (
                  <Empty icon="export" title={t('exports.empty')}>
                    {t('exports.empty_why')}
                  </Empty>
                ) : (
                  <ul>
                    {list.map((job) => (
                      <ExportRow key={job.id} job={job} />
                    ))}
                  </ul>
                )
              }
            </QueryView>
          </Panel>
        </div>
        <HowToVerify bundle={ready ? ready.file_name : 'bidroom-….zip'} />
      </div>
    </>
  );
}
