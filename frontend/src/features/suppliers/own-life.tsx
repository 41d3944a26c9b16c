// SP-02: what was found about the own company, what to mend, the way to the next grade, and appeals.

import { useState } from 'react';

import { lastDay } from '@/domain/certification';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import { FindingList } from './finding-list';
import { useMakeAppeal, useOwnLife, useReportAction, type AppealForm, type OwnLife } from './lifecycle-queries';
import { SaySheet } from './say-sheet';
import css from './suppliers.module.css';

type Subject = Omit<AppealForm, 'text'>;
export const APPEAL_TONES = { open: 'warn', upheld: 'good', refused: 'off' } as const;

export function OwnLifePanels({ certificationId }: { certificationId: string | null }) {
  const life = useOwnLife();
  return <QueryView query={life}>{(loaded) => <Loaded life={loaded} certificationId={certificationId} />}</QueryView>;
}

function Loaded({ life, certificationId }: { life: OwnLife; certificationId: string | null }) {
  const { t } = useWords('suppliers');
  const report = useReportAction();
  const appeal = useMakeAppeal();
  const [action, setAction] = useState<string | null>(null);
  const [subject, setSubject] = useState<Subject | null>(null);
  // One appeal a subject.
  const mayAppeal = (id: string) => !life.appeals.some((one) => one.subject_id === id);
  const ask = (about: Subject) =>
    mayAppeal(about.subject_id) && (
      <Button size="small" onClick={() => setSubject(about)}>
        {t('appeals.make')}
      </Button>
    );
  return (
    <>
      <Improvements life={life} appeal={certificationId !== null && ask({ subject: 'certification', subject_id: certificationId })} />
      <FindingList
        findings={life.findings}
        actsOf={(one) =>
          (one.state === 'open' || one.state === 'reported') && (
            <Button size="small" onClick={() => setAction(one.id)}>
              {t(one.state === 'open' ? 'life.report' : 'life.report_again')}
            </Button>
          )
        }
        appealOf={(one) => one.annulled_at === null && ask({ subject: 'finding', subject_id: one.id })}
      />
      {life.appeals.length > 0 && <OwnAppeals appeals={life.appeals} />}
      {action !== null && (
        <SaySheet
          title={t('life.report')}
          label={t('life.report_text')}
          hint={t('life.no_contact')}
          error={report.error}
          isBusy={report.isPending}
          acts={[{ word: t('life.report'), onSay: (text) => report.mutate({ id: action, text }, { onSuccess: () => setAction(null) }) }]}
          onClose={() => setAction(null)}
        />
      )}
      {subject !== null && (
        <SaySheet
          title={t('appeals.make')}
          lead={t('appeals.make_lead')}
          label={t('appeals.text')}
          hint={t('life.no_contact')}
          error={appeal.error}
          isBusy={appeal.isPending}
          acts={[{ word: t('appeals.send'), onSay: (text) => appeal.mutate({ ...subject, text }, { onSuccess: () => setSubject(null) }) }]}
          onClose={() => setSubject(null)}
        />
      )}
    </>
  );
}

/** For each aspect the mark at which it alone would bring the next grade. */
function Improvements({ life, appeal }: { life: OwnLife; appeal: React.ReactNode }) {
  const { t, find } = useWords('suppliers');
  if (life.improvements.length === 0 && !appeal) return null;
  return (
    <Panel title={t('life.improve')} actions={appeal}>
      {life.improvements.length === 0 ? (
        <p>{t('life.best')}</p>
      ) : (
        <>
          <p className="muted">{t('life.improve_lead')}</p>
          <ul>
            {life.improvements.map((one) => (
              <li key={one.aspect}>
                {t(one.needed === null ? 'life.not_alone' : 'life.alone', {
                  aspect: find(`words:aspects.${one.aspect}`, one.aspect),
                  mark: one.mark,
                  needed: one.needed ?? '',
                })}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function OwnAppeals({ appeals }: { appeals: OwnLife['appeals'] }) {
  const { t } = useWords('suppliers');
  return (
    <Panel title={t('appeals.own')} flush>
      <ol className={css['course']}>
        {appeals.map((one) => (
          <li key={one.id} className={css['moment']} data-tone={one.state === 'refused' ? 'off' : 'good'}>
            <span className="row">
              <strong>{t(`appeals.subjects.${one.subject}`)}</strong>
              <Tag tone={APPEAL_TONES[one.state]}>{t(`appeals.states.${one.state}`)}</Tag>
            </span>
            <span className="small muted">{lastDay(one.made_at)}</span>
            <span className="small">{one.text}</span>
            {one.answer && <blockquote className={css['quote']}>{one.answer}</blockquote>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
