// The supplier answers a questionnaire: kept while it types, handed in once; the assessor reads only what was handed in.

import { useState } from 'react';
import { Navigate, useNavigate, useParams } from 'react-router';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { useAutosave } from '@/ui/use-autosave';

import { CategoryNames } from './category-names';
import { QuestionFields } from './question-fields';
import { saveAnswers, useOwnReplies, useSubmitAnswers, type Answers, type OwnOwed } from './survey-queries';

export default function QuestionnairePage() {
  const { questionnaireId = '' } = useParams();
  const own = useOwnReplies();
  return (
    <QueryView query={own}>
      {(owed) => {
        const one = owed.find((each) => each.questionnaire.id === questionnaireId);
        return one ? <Answering key={questionnaireId} owed={one} /> : <Navigate to="/my/company" replace />;
      }}
    </QueryView>
  );
}

function Answering({ owed }: { owed: OwnOwed }) {
  const { t } = useWords('suppliers');
  const navigate = useNavigate();
  const { id, questions, version } = owed.questionnaire;
  const [answers, setAnswers] = useState<Answers>(owed.answers);
  const submit = useSubmitAnswers(id);
  const { status, touch, flush } = useAutosave(() => saveAnswers(id, answers), !submit.isSuccess);
  const faults = submit.error ? asProblem(submit.error).detail : status.state === 'failed' ? asProblem(status.error).detail : {};
  const handIn = async () => {
    await flush();
    submit.mutate(answers, {
      onSuccess: () => {
        announce(t('survey.done'));
        void navigate('/my/company');
      },
    });
  };
  return (
    <>
      <PageHeader
        back={{ to: '/my/company', label: t('survey.to_company') }}
        title={t('survey.title')}
        lead={
          <>
            <CategoryNames codes={[owed.questionnaire.category]} /> · {t('survey.version', { version })}
          </>
        }
      />
      <Panel title={t('survey.questions')} note={t('survey.kept')}>
        <form
          className="stack"
          noValidate
          onBlur={() => void flush()}
          onSubmit={(event) => {
            event.preventDefault();
            void handIn();
          }}
        >
          <QuestionFields
            questions={questions}
            answers={answers}
            faults={faults}
            onChange={(next) => {
              setAnswers(next);
              touch();
            }}
          />
          <p className="small muted" role="status">
            {status.state === 'saved' ? (
              <>
                {t('survey.saved')} <Instant at={status.at} as="time" />
              </>
            ) : (
              t(`survey.save_states.${status.state}`)
            )}
          </p>
          <p className="small muted">{t('life.no_contact')}</p>
          <ProblemAlert error={submit.error} />
          <div className="row">
            <Button type="submit" look="primary" busy={submit.isPending}>
              {t('survey.submit')}
            </Button>
          </div>
        </form>
      </Panel>
    </>
  );
}
