// Certifications and suspensions as they came, newest first.

import { lastDay } from '@/domain/certification';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { StateTag } from '@/ui/state-tag';

import { GradeSeal } from './grade';
import type { Certification, Suspension } from './queries';
import css from './suppliers.module.css';

type Moment = { at: string; key: string } & ({ certification: Certification } | { suspension: Suspension; isLifting: boolean });

function momentsOf(certifications: readonly Certification[], suspensions: readonly Suspension[]): Moment[] {
  const moments: Moment[] = [
    ...certifications.map((certification) => ({ at: certification.proposed_at, key: certification.id, certification })),
    ...suspensions.map((suspension) => ({ at: suspension.started_at, key: `${suspension.id}-start`, suspension, isLifting: false })),
    ...suspensions
      .filter((suspension) => suspension.lifted_at !== null)
      .map((suspension) => ({ at: suspension.lifted_at ?? '', key: `${suspension.id}-end`, suspension, isLifting: true })),
  ];
  return moments.sort((a, b) => b.at.localeCompare(a.at));
}

export function HistoryPanel({ certifications, suspensions }: { certifications: readonly Certification[]; suspensions: readonly Suspension[] }) {
  const { t } = useWords('suppliers');
  const moments = momentsOf(certifications, suspensions);
  return (
    <Panel title={t('dossier.history')} flush>
      {moments.length === 0 ? (
        <p className={`muted ${css['course'] ?? ''}`}>{t('dossier.no_history')}</p>
      ) : (
        <ol className={css['course']}>
          {moments.map((moment) =>
            'certification' in moment ? <Certified key={moment.key} one={moment.certification} /> : <Suspended key={moment.key} moment={moment} />,
          )}
        </ol>
      )}
    </Panel>
  );
}

function Certified({ one }: { one: Certification }) {
  const { t } = useWords('suppliers');
  return (
    <li className={css['moment']} data-tone={one.state === 'refused' || one.state === 'void' ? 'off' : 'good'}>
      <span className="row">
        <GradeSeal grade={one.grade} />
        <strong className="num">{one.score}</strong>
        <StateTag kind="proposal" state={one.state} />
      </span>
      <span className="small muted">
        <Instant at={one.proposed_at} /> · {t('dossier.valid_until', { day: lastDay(one.valid_until) })}
      </span>
      {one.note && <span className="small">{one.note}</span>}
    </li>
  );
}

function Suspended({ moment }: { moment: { at: string; suspension: Suspension; isLifting: boolean } }) {
  const { t } = useWords('suppliers');
  return (
    <li className={css['moment']} data-tone={moment.isLifting ? 'good' : 'bad'}>
      <strong>{t(moment.isLifting ? 'suspension.lifted' : 'suspension.started')}</strong>
      <span className="small muted">
        <Instant at={moment.at} />
      </span>
      <span className="small">{moment.isLifting ? moment.suspension.lifted_reason : moment.suspension.reason}</span>
    </li>
  );
}
