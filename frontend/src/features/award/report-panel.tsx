// DR-07: the recommendation report: made by the purchaser, drawn in both languages for whoever may read the recommendation.

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button, ButtonAnchor } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { useOnline } from '@/ui/use-online';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { useMakeReport, useReports, type Report, type Reports } from './report-queries';

interface ReportPanelProps {
  tenderId: string;
  zone?: string;
}

export function ReportPanel({ tenderId, zone }: ReportPanelProps) {
  const { t } = useWords('report');
  const reports = useReports(tenderId);
  return (
    <Panel title={t('title')}>
      <QueryView query={reports} lines={2}>
        {(known) => <Known reports={known} {...(zone === undefined ? {} : { zone })} />}
      </QueryView>
    </Panel>
  );
}

function Known({ reports, zone }: { reports: Reports; zone?: string }) {
  const { t } = useWords('report');
  const { roles } = useSignedIn();
  const [newest, ...older] = reports.reports;
  const inZone = zone === undefined ? {} : { zone };
  const isWhole = roles.some((role) => role === 'purchaser' || role === 'approver' || role === 'auditor');
  return (
    <div className="stack">
      {newest === undefined ? (
        <p className="muted">
          {t('none')} {!reports.can_make && t('none_why')}
        </p>
      ) : (
        <OneReport report={newest} reports={reports} isNewest {...inZone} />
      )}
      {newest !== undefined && !reports.is_current && reports.can_make && <Banner tone="warn">{t('stale')}</Banner>}
      {!reports.can_draw && <Banner tone="bad">{t('no_font')}</Banner>}
      {newest !== undefined && !isWhole && <p className="small muted">{t('without_money')}</p>}
      {reports.can_make && <Make reports={reports} />}
      {older.length > 0 && (
        <details className={css['proof']}>
          <summary>{t('older', { count: older.length })}</summary>
          <div className="stack">
            {older.map((report) => (
              <OneReport key={report.number} report={report} reports={reports} {...inZone} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function OneReport({ report, reports, isNewest = false, zone }: { report: Report; reports: Reports; isNewest?: boolean; zone?: string }) {
  const { t, find } = useWords('report');
  const place = `/api/tenders/${reports.tender_id}/reports/${String(report.number)}/pdf`;
  return (
    <div className="stack-tight">
      <p className="row">
        <strong>{t('number', { number: report.number })}</strong>
        {isNewest && <Tag>{t('newest')}</Tag>}
        <span className="small muted">{t(`stages.${report.stage}`)}</span>
      </p>
      <Facts
        items={[
          { term: t('made_at'), value: <Instant at={report.made_at} named {...(zone === undefined ? {} : { zone })} /> },
          {
            term: t('code'),
            value: (
              <span className="row">
                <code>{report.code}</code>
                <CopyButton text={report.code} />
              </span>
            ),
          },
        ]}
      />
      {report.missing.length > 0 && (
        <p className="small muted">
          {t('missing')} {report.missing.map((part) => find(`report:parts.${part}`, part)).join(t('common:list_separator'))}
        </p>
      )}
      {reports.can_draw && (
        <div className="row">
          <ButtonAnchor href={`${place}?lang=zh`} download icon="file">
            {t('pdf.zh')}
          </ButtonAnchor>
          <ButtonAnchor href={`${place}?lang=en`} download icon="file">
            {t('pdf.en')}
          </ButtonAnchor>
        </div>
      )}
      <details className={css['proof']}>
        <summary>{t('digest')}</summary>
        <code className={page['hash']}>{report.digest}</code>
      </details>
    </div>
  );
}

function Make({ reports }: { reports: Reports }) {
  const { t } = useWords('report');
  const make = useMakeReport(reports.tender_id);
  const isOnline = useOnline();
  const send = () => make.mutate(undefined, { onSuccess: (made) => announce(t('made', { number: made.number })) });
  const look = reports.is_current ? {} : { look: 'primary' as const };
  return (
    <div className="stack-tight">
      <ProblemAlert error={make.error} />
      <div>
        <Button {...look} icon="file" busy={make.isPending} disabled={!isOnline} onClick={send}>
          {make.isPending ? t('busy') : t(reports.reports.length === 0 ? 'make' : 'again')}
        </Button>
      </div>
    </div>
  );
}
