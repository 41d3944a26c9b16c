// One export: what, for whom, how far, and the bundle once it is ready.

import { HOME_ZONE, formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { ButtonAnchor } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { sizeText } from '@/ui/file-drop';
import { Ago } from '@/ui/instant';
import { StateTag } from '@/ui/state-tag';

import css from './audit.module.css';
import type { Export } from './queries';

export function ExportRow({ job }: { job: Export }) {
  const { t, find } = useWords('audit');
  const period = usePeriodText(job);
  const isRunning = job.state === 'queued' || job.state === 'running';
  return (
    <li className={css['job']}>
      <div className={css['jobText']}>
        <p className="row">
          <StateTag kind="export" state={job.state} />
          <strong>{job.purpose}</strong>
        </p>
        <p className="row small muted">
          <span>{t(`exports.forms.${job.form}`)}</span>
          <span>{job.all ? t('exports.scope_all') : t('exports.of_tenders', { count: job.tender_ids.length })}</span>
          {period !== null && <span>{period}</span>}
          <span>{t('exports.for', { recipient: job.recipient })}</span>
          <span>{job.requested_by}</span>
          <Ago at={job.requested_at} />
          {job.size !== null && <span>{sizeText(job.size)}</span>}
        </p>
        {isRunning && (
          <div className={css['progress']} role="status">
            <progress max={job.total || 1} {...(job.total > 0 ? { value: job.done } : {})} aria-label={t('exports.progress_label')} />
            {job.total > 0 && <span className="small num">{t('exports.progress', { done: job.done, total: job.total })}</span>}
          </div>
        )}
        {job.code && <p className={css['error']}>{find(`codes:${job.code}`, job.code)}</p>}
        {job.sha256 && (
          <p className={css['hash']}>
            <span className="small muted">SHA-256</span>
            <code>{job.sha256}</code>
            <CopyButton text={job.sha256} />
          </p>
        )}
      </div>
      {job.state === 'ready' && (
        <ButtonAnchor href={`/api/audit/exports/${job.id}/file`} download look="primary" icon="export">
          {t('exports.download')}
        </ButtonAnchor>
      )}
    </li>
  );
}

/** "2026-11-01 00:00 to 2026-12-01 00:00", or null for all times. */
function usePeriodText(job: Export): string | null {
  const { t } = useWords('audit');
  const [from, to] = [job.from, job.to].map((at) => (at ? formatInstant(at, HOME_ZONE, 'minute') : null));
  if (from && to) return t('exports.from_to', { from, to });
  if (from) return t('exports.since', { from });
  return to ? t('exports.until', { to }) : null;
}
