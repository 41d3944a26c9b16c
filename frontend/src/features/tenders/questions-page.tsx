// /tenders/:tenderId/questions: the rule, what is published, and what the reader's hat may do (SP-03, PL-08).
import { useParams } from 'react-router';

import { useMe } from '@/api/session';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';

import { AskPanel } from './ask-panel';
import { PublishedList } from './published-panel';
import { useQuestions, type Questions } from './question-data';
import { QueuePanel } from './queue-panel';
import css from './tender.module.css';

const QUEUE_READERS = new Set(['purchaser', 'approver', 'auditor']);

export default function QuestionsPage() {
  const { tenderId = '' } = useParams();
  const questions = useQuestions(tenderId);
  return <QueryView query={questions}>{(shown) => <Page questions={shown} />}</QueryView>;
}

function Page({ questions }: { questions: Questions }) {
  const { t, lang } = useWords('questions');
  const me = useMe();
  const roles = me?.kind === 'supplier' ? ['supplier'] : (me?.roles ?? []);
  const mayRelay = roles.includes('desk_relay') || (roles.includes('approver') && questions.profile === 'lean') || roles.includes('auditor');
  const { tender_id: tenderId, time_zone: zone } = questions;
  return (
    <div className="stack">
      <PageHeader
        title={t('title')}
        lead={`${questions.reference} · ${pick(lang, { zh: questions.title_zh, en: questions.title_en })}`}
        back={{ to: `/tenders/${tenderId}`, label: t('common:actions.back') }}
        actions={mayRelay && <ButtonLink to={`/relay/${tenderId}`}>{t('relay.title')}</ButtonLink>}
      />
      <div className={css['columns']}>
        <div className="stack">
          {roles.includes('supplier') && <AskPanel tenderId={tenderId} zone={zone} />}
          {roles.some((role) => QUEUE_READERS.has(role)) && <QueuePanel tenderId={tenderId} zone={zone} />}
          <Panel title={t('published.title')}>
            <PublishedList questions={questions} />
          </Panel>
        </div>
        <RulePanel questions={questions} />
      </div>
    </div>
  );
}

function RulePanel({ questions }: { questions: Questions }) {
  const { t } = useWords('questions');
  const zone = questions.time_zone;
  return (
    <div>
      <Panel title={t('rule.title')}>
        <div className="stack">
          <p>{t('lead')}</p>
          <Facts
            items={[
              { term: t('rule.closes'), value: <Instant at={questions.closes_at} zone={zone} named /> },
              { term: t('rule.times'), value: questions.times.join(t('common:list_separator')) },
              { term: t('rule.next'), value: <Instant at={questions.next_at} zone={zone} /> },
              { term: t('rule.profile'), value: t(`rule.${questions.profile}`) },
            ]}
          />
          <p className="small muted">{t('rule.only_way')}</p>
        </div>
      </Panel>
    </div>
  );
}
