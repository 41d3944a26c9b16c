// Appeals of suppliers against their certification, a finding or a performance review: the approver decides, never whoever assessed.

import { useState } from 'react';
import { Link } from 'react-router';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { useAppeals, useDecideAppeal, type Appeal } from './lifecycle-queries';
import { APPEAL_TONES } from './own-life';
import { SaySheet } from './say-sheet';
import css from './suppliers.module.css';

export default function AppealsPage() {
  const { t } = useWords('suppliers');
  const appeals = useAppeals();
  return (
    <>
      <PageHeader title={t('appeals.title')} lead={t('appeals.lead')} />
      <QueryView query={appeals}>
        {(rows) =>
          rows.length === 0 ? (
            <Panel>
              <Empty title={t('appeals.empty')}>{t('appeals.empty_why')}</Empty>
            </Panel>
          ) : (
            <div className="stack">
              {rows.map((one) => (
                <AppealCard key={one.id} one={one} />
              ))}
            </div>
          )
        }
      </QueryView>
    </>
  );
}

function AppealCard({ one }: { one: Appeal }) {
  const { t, lang } = useWords('suppliers');
  const decide = useDecideAppeal(one.id);
  const [isDeciding, setDeciding] = useState(false);
  const isReview = one.subject === 'performance';
  // With nothing corrected there is nothing to compute anew: the service says so, too.
  const mayUphold = one.recount === null || one.recount.orders.length > 0;
  const say = (uphold: boolean) => (answer: string) => decide.mutate({ uphold, answer }, { onSuccess: () => setDeciding(false) });
  return (
    <Panel
      title={pickName(lang, one)}
      note={<Tag tone={APPEAL_TONES[one.state]}>{t(`appeals.states.${one.state}`)}</Tag>}
      actions={
        one.may_decide && (
          <Button size="small" look="primary" onClick={() => setDeciding(true)}>
            {t('appeals.decide')}
          </Button>
        )
      }
    >
      <div className="stack-tight">
        <span className="small muted">
          <Link to={`/suppliers/${one.supplier_id}${isReview ? '/performance' : ''}`}>{t(`appeals.subjects.${one.subject}`)}</Link> · {one.title} · <Instant at={one.made_at} />
        </span>
        <p>{one.text}</p>
        {one.recount && <Recount recount={one.recount} />}
        {one.answer && <blockquote className={css['quote']}>{one.answer}</blockquote>}
      </div>
      {isDeciding && (
        <SaySheet
          title={t('appeals.decide')}
          lead={t(isReview ? 'appeals.decide_lead_performance' : 'appeals.decide_lead')}
          label={t('appeals.answer')}
          hint={t('appeals.answer_hint')}
          error={decide.error}
          isBusy={decide.isPending}
          acts={[
            { word: t('appeals.refuse'), look: 'danger', onSay: say(false) },
            ...(mayUphold ? [{ word: t('appeals.uphold'), onSay: say(true) }] : []),
          ]}
          onClose={() => setDeciding(false)}
        />
      )}
    </Panel>
  );
}

/** What a review would come to with its orders as they are now. */
function Recount({ recount }: { recount: NonNullable<Appeal['recount']> }) {
  const { t } = useWords('suppliers');
  const none = t('appeals.no_score');
  if (recount.orders.length === 0) return <p className="small muted">{t('appeals.not_corrected')}</p>;
  return (
    <>
      <p>{t('appeals.recount', { before: recount.before ?? none, after: recount.after ?? none })}</p>
      <p className="small muted">{t('appeals.corrected', { orders: recount.orders.join(t('common:list_separator')) })}</p>
    </>
  );
}
