// The certification desk: three marks, their weights, until when, with the grade as it would be; a second person approves.

import { Navigate, useNavigate, useParams } from 'react-router';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button, ButtonLink } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';

import { AssessFields } from './assess-fields';
import { AssessmentTables } from './assessment-panel';
import { EvidencePanel } from './evidence-panel';
import { AspectBars, Bands, GradeHead } from './grade';
import { MarkFields, WeightFields } from './mark-fields';
import { useDossier, useProposeCertification, type Dossier } from './queries';
import { ReplyPanel } from './reply-panel';
import css from './suppliers.module.css';
import { useCertificationDraft } from './use-certification-draft';

export default function CertifyPage() {
  const { supplierId = '' } = useParams();
  const dossier = useDossier(supplierId);
  if (!supplierId) return <Navigate to="/suppliers" replace />;
  return <QueryView query={dossier}>{(loaded) => <Desk dossier={loaded} />}</QueryView>;
}

function Desk({ dossier }: { dossier: Dossier }) {
  const { t, lang } = useWords('suppliers');
  const navigate = useNavigate();
  const propose = useProposeCertification(dossier.id);
  const draft = useCertificationDraft(dossier);
  const here = `/suppliers/${dossier.id}`;
  const submit = () => {
    const form = draft.check();
    if (form === null) return;
    propose.mutate(form, {
      onSuccess: (made) => {
        announce(t('certify.proposed', { grade: made.grade, score: made.score }));
        void navigate(here);
      },
    });
  };
  return (
    <>
      <PageHeader
        back={{ to: here, label: pickName(lang, dossier) }}
        title={t('certify.title')}
        lead={t('certify.lead')}
      />
      <form
        className={css['split']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          focusFirstFault(event.currentTarget);
          submit();
        }}
      >
        <div className="stack">
          <Panel title={t('assess.title')} note={t('assess.lead')}>
            <div className="stack">
              <AssessFields figures={draft.figures} onChange={draft.setFigures} />
              <ProblemAlert error={draft.assessError} />
              {draft.assessment && <AssessmentTables assessment={draft.assessment} />}
            </div>
          </Panel>
          <Panel title={t('certify.marks')} note={t('certify.marks_note')}>
            <MarkFields draft={draft} />
          </Panel>
          <Panel title={t('certify.weights')} note={t('certify.weights_note')}>
            <WeightFields draft={draft} />
          </Panel>
          <Panel title={t('certify.validity')}>
            <div className="stack">
              <TextField
                label={t('fields.valid_until')}
                hint={t('certify.valid_hint')}
                type="date"
                min={draft.firstDay}
                max={draft.latestDay}
                value={draft.day}
                error={draft.dayError}
                onChange={(event) => draft.setDay(event.target.value)}
              />
              <AreaField
                label={t('certify.note')}
                hint={t('certify.note_hint')}
                optional
                maxLength={1000}
                value={draft.note}
                onChange={(event) => draft.setNote(event.target.value)}
              />
            </div>
          </Panel>
          <ReplyPanel supplierId={dossier.id} />
          <EvidencePanel supplierId={dossier.id} evidence={dossier.evidence} mayAdd />
        </div>
        <div className={css['sticky']}>
          <Panel title={t('certify.preview')}>
            <div className="stack">
              <GradeHead grade={draft.preview?.grade ?? null} score={draft.preview?.score ?? null}>
                {dossier.current && (
                  <span className="small muted">{t('certify.before', { grade: dossier.current.grade, score: dossier.current.score })}</span>
                )}
              </GradeHead>
              <AspectBars marks={draft.marks} weights={draft.weights} minimums={draft.minimums} />
              <Bands />
              <p className="small muted">{t('certify.formula')}</p>
            </div>
          </Panel>
          <ProblemAlert error={propose.error} title={propose.isError ? t('common:states.not_saved') : undefined} />
          <Button type="submit" look="primary" size="large" wide busy={propose.isPending}>
            {t('certify.propose')}
          </Button>
          <p className="small muted">{t('certify.second')}</p>
          <ButtonLink to={here} wide>
            {t('common:actions.cancel')}
          </ButtonLink>
        </div>
      </form>
    </>
  );
}
