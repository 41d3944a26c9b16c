// What was asked and answered: for the assessor with every answer, for the supplier with the way to answer.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import { CategoryNames } from './category-names';
import { useAnswerText } from './question-fields';
import css from './suppliers.module.css';
import { useOwnReplies, useReplies, type Owed } from './survey-queries';

const TONES = { open: 'warn', draft: 'live', answered: 'good', outdated: 'warn', expired: 'bad' } as const;

export function ReplyPanel({ supplierId }: { supplierId: string }) {
  const replies = useReplies(supplierId);
  return <QueryView query={replies}>{(owed) => <Replies owed={owed} />}</QueryView>;
}

export function OwnReplyPanel() {
  const own = useOwnReplies();
  const { t } = useWords('suppliers');
  return (
    <QueryView query={own}>
      {(owed) => (
        <Replies
          owed={owed}
          actsOf={(one) => (
            <ButtonLink size="small" look={one.state === 'answered' ? 'plain' : 'primary'} to={`/my/questionnaires/${one.questionnaire.id}`}>
              {t(one.state === 'answered' ? 'survey.see' : 'survey.answer')}
            </ButtonLink>
          )}
        />
      )}
    </QueryView>
  );
}

export function Replies({ owed, actsOf }: { owed: readonly Owed[]; actsOf?: (one: Owed) => React.ReactNode }) {
  const { t } = useWords('suppliers');
  if (owed.length === 0) return null;
  return (
    <Panel title={t('survey.title')} flush>
      <ol className={css['course']}>
        {owed.map((one) => (
          <li key={one.questionnaire.id} className={css['moment']} data-tone={one.state === 'answered' ? 'good' : 'off'}>
            <span className="row">
              <strong>
                <CategoryNames codes={[one.questionnaire.category]} />
              </strong>
              <Tag tone={TONES[one.state]}>{t(`survey.states.${one.state}`)}</Tag>
            </span>
            {one.last && (
              <span className="small muted">
                {t('survey.handed_in', { version: one.last.version })} <Instant at={one.last.submitted_at} as="date" /> · {t('survey.counts_until')}{' '}
                <Instant at={one.last.valid_until} as="date" />
              </span>
            )}
            {actsOf ? <span className="row">{actsOf(one)}</span> : one.last && <Answered last={one.last} />}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Answered({ last }: { last: NonNullable<Owed['last']> }) {
  const { lang } = useWords('suppliers');
  const textOf = useAnswerText();
  return <Facts items={last.questions.map((one) => ({ term: pick(lang, { zh: one.title_zh, en: one.title_en }), value: textOf(one, last.answers[one.id]) }))} />;
}
