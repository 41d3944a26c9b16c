// Appeals of suppliers against their certification or a finding: the approver decides, never whoever assessed.

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
          <Link to={`/suppliers/${one.supplier_id}`}>{t(`appeals.subjects.${one.subject}`)}</Link> · {one.title} · <Instant at={one.made_at} />
        </span>
        <p>{one.text}</p>
        {one.answer && <blockquote className={css['quote']}>{one.answer}</blockquote>}
      </div>
      {isDeciding && (
        <SaySheet
          title={t('appeals.decide')}
          lead={t('appeals.decide_lead')}
          label={t('appeals.answer')}
          hint={t('appeals.answer_hint')}
          error={decide.error}
          isBusy={decide.isPending}
          acts={[
            { word: t('appeals.refuse'), look: 'danger', onSay: say(false) },
            { word: t('appeals.uphold'), onSay: say(true) },
          ]}
          onClose={() => setDeciding(false)}
        />
      )}
    </Panel>
  );
}
