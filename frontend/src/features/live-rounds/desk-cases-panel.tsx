// The neutral desk's cases (SCREENS.md HD-01, LR-27): who reports which bid. No amount, no rank, no alias.
import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { AreaField } from '@/ui/field';
import { Ago } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { useDecideCase, useDeskCases, type DeskCase } from './error-data';
import css from './report-error.module.css';

const TONES = { reported: 'warn', verified: 'calm', dismissed: 'off', proposed: 'good' } as const;
// The server asks for a reason that says something.
const SHORTEST_REASON = 10;

export function DeskCases() {
  const { t } = useWords('room-aids');
  const cases = useDeskCases();
  return (
    <Panel title={t('desk.title')} foot={<p className="muted small">{t('desk.blind')}</p>} flush>
      <QueryView query={cases}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon="check" title={t('desk.empty')}>
              <p>{t('desk.empty_why')}</p>
            </Empty>
          ) : (
            <div className={css['cases']}>
              {list.map((one) => (
                <Case key={one.id} one={one} />
              ))}
            </div>
          )
        }
      </QueryView>
    </Panel>
  );
}

function Case({ one }: { one: DeskCase }) {
  const { t, lang } = useWords('room-aids');
  const supplier = pick(lang, { zh: one.supplier_zh, en: one.supplier_en });
  const items = [
    { term: t('desk.who'), value: `${one.person} · ${one.phone === '' ? t('desk.no_phone') : t('desk.call', { phone: one.phone })}` },
    { term: t('desk.bid'), value: `${one.reference} · ${t('desk.lot', { lot: one.lot })} · ${t('desk.code', { code: one.bid })}` },
    { term: t('desk.slip'), value: t(`slips.${one.slip}`) },
    { term: t('desk.when'), value: <Ago at={one.reported_at} /> },
    ...(one.note === '' ? [] : [{ term: t('desk.note'), value: one.note }]),
  ];
  return (
    <article className={css['case']}>
      <div className="row">
        <h3>{supplier}</h3>
        <Tag tone={TONES[one.state]}>{t(`desk.states.${one.state}`)}</Tag>
      </div>
      <Facts items={items} />
      {one.state === 'reported' && <Decision reportId={one.id} />}
    </article>
  );
}

function Decision({ reportId }: { reportId: string }) {
  const { t } = useWords('room-aids');
  const [reason, setReason] = useState('');
  const deciding = useDecideCase(reportId);
  const isShort = reason.trim().length < SHORTEST_REASON;
  return (
    <>
      <AreaField label={t('desk.result')} hint={t('desk.result_hint')} rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      <ProblemAlert error={deciding.error} />
      <div className="row">
        <Button look="primary" disabled={isShort} busy={deciding.isPending} onClick={() => deciding.mutate({ verdict: 'verified', reason })}>
          {t('desk.verify')}
        </Button>
        <Button disabled={isShort} busy={deciding.isPending} onClick={() => deciding.mutate({ verdict: 'dismissed', reason })}>
          {t('desk.dismiss')}
        </Button>
      </div>
    </>
  );
}
