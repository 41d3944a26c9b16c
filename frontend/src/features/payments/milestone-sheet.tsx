// One payment milestone: how it stands, its documents, its queries, and what its reader may do with it.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';
import { StateTag } from '@/ui/state-tag';

import { DayForm, DocumentForm, WordsForm } from './act-forms';
import { usePaymentAct, type Milestone, type PaymentDocument } from './queries';

type Act = 'payment' | 'invoice' | 'query' | 'answer' | 'day' | 'withdrawal' | 'reversal';

interface MilestoneSheetProps {
  milestone: Milestone;
  canRecord: boolean;
  isSupplier: boolean;
  onClose: () => void;
}

export function MilestoneSheet({ milestone, canRecord, isSupplier, onClose }: MilestoneSheetProps) {
  const { t, lang } = useWords('payments');
  const act = usePaymentAct();
  const [open, setOpen] = useState<Act | null>(null);
  const [taken, setTaken] = useState('');
  const base = isSupplier ? `/api/my/payments/${milestone.id}` : `/api/payments/${milestone.id}`;
  const start = (next: Act) => {
    act.reset();
    setOpen(next);
  };
  const send = (path: string, body: unknown) =>
    act.mutate(
      { path: `${base}/${path}`, body },
      {
        onSuccess: () => {
          announce(t('kept'));
          setOpen(null);
        },
      },
    );
  const money = (amount: string) => <Money amount={amount} currency={milestone.currency} />;
  return (
    <Sheet as="drawer" wide title={`${milestone.reference} · ${String(milestone.number)} · ${t(`kinds.${milestone.kind}`)}`} onClose={onClose}>
      <div className="stack">
        <p className="muted">{pick(lang, { zh: milestone.title_zh, en: milestone.title_en })}</p>
        <Facts
          items={[
            { term: t('state'), value: <StateTag kind="milestone" state={milestone.state} /> },
            { term: t('amount'), value: money(milestone.amount) },
            { term: t('owed'), value: money(milestone.owed) },
            { term: t('falls_on'), value: milestone.falls_on },
            { term: t('due_on'), value: `${milestone.due_on} (${t('credit', { count: milestone.credit_days })})` },
            { term: t('match'), value: t(`matches.${milestone.match}`) },
            { term: t('recorded_until'), value: <Instant at={milestone.as_of} named /> },
            ...(milestone.note === '' ? [] : [{ term: t('note'), value: milestone.note }]),
          ]}
        />
        <Documents
          milestone={milestone}
          onReverse={
            canRecord
              ? (id) => {
                  setTaken(id);
                  start('reversal');
                }
              : null
          }
        />
        <Queries milestone={milestone} />
        <ProblemAlert error={act.error} />
        {open === null && <Acts milestone={milestone} canRecord={canRecord} isSupplier={isSupplier} onStart={start} />}
        {(open === 'payment' || open === 'invoice') && (
          <DocumentForm kind={open} milestone={milestone} busy={act.isPending} onSend={(body) => send(isSupplier ? 'invoices' : 'documents', body)} onLeave={() => setOpen(null)} />
        )}
        {open === 'day' && <DayForm milestone={milestone} busy={act.isPending} onSend={(body) => send('day', body)} onLeave={() => setOpen(null)} />}
        {(open === 'query' || open === 'answer' || open === 'withdrawal') && (
          <WordsForm label={t(`acts.${open}`)} busy={act.isPending} onSend={(text) => send(open, { text })} onLeave={() => setOpen(null)} />
        )}
        {open === 'reversal' && (
          <WordsForm label={t('acts.reversal')} busy={act.isPending} onSend={(text) => send('reversal', { record_id: taken, text })} onLeave={() => setOpen(null)} />
        )}
      </div>
    </Sheet>
  );
}

function Acts({ milestone, canRecord, isSupplier, onStart }: { milestone: Milestone; canRecord: boolean; isSupplier: boolean; onStart: (act: Act) => void }) {
  const { t } = useWords('payments');
  const { rights } = useSignedIn();
  const isAsked = milestone.disputes.some((one) => one.settled_at === null);
  if (isSupplier && !rights.includes('bid') && !rights.includes('sign')) return <p className="small muted">{t('view_only')}</p>;
  const isOpen = milestone.state !== 'paid';
  const acts: readonly [Act, boolean][] = [
    ['payment', canRecord && isOpen],
    ['invoice', (canRecord || isSupplier) && milestone.match !== 'whole'],
    ['answer', canRecord && isAsked],
    ['query', (canRecord || isSupplier) && !isAsked],
    ['day', canRecord && isOpen],
    ['withdrawal', canRecord && milestone.records.length === 0 && !isAsked],
  ];
  return (
    <div className="row">
      {acts
        .filter(([, may]) => may)
        .map(([act], place) => (
          <Button key={act} look={place === 0 ? 'primary' : 'plain'} onClick={() => onStart(act)}>
            {t(`acts.${act}`)}
          </Button>
        ))}
    </div>
  );
}

function Documents({ milestone, onReverse }: { milestone: Milestone; onReverse: ((id: string) => void) | null }) {
  const { t } = useWords('payments');
  if (milestone.records.length === 0) return <p className="muted">{t('no_documents')}</p>;
  return (
    <PlainTable
      caption={t('documents')}
      rows={milestone.records}
      rowKey={(row) => row.id}
      columns={[
        { key: 'number', title: t('number'), cell: (row) => row.number },
        { key: 'kind', title: t('document'), cell: (row) => <DocumentKind row={row} /> },
        { key: 'day', title: t('dated_on'), cell: (row) => <span className="num">{row.dated_on}</span> },
        { key: 'amount', title: t('amount'), right: true, cell: (row) => <Money amount={row.amount} currency={milestone.currency} /> },
        {
          key: 'act',
          title: t('act'),
          cell: (row) =>
            onReverse !== null && row.reverses === null && !row.is_reversed ? (
              <Button size="small" onClick={() => onReverse(row.id)}>
                {t('acts.reversal')}
              </Button>
            ) : (
              <span className="muted">{t(row.is_reversed ? 'reversed' : 'common:table.none')}</span>
            ),
        },
      ]}
    />
  );
}

function DocumentKind({ row }: { row: PaymentDocument }) {
  const { t } = useWords('payments');
  const words = [t(`papers.${row.kind}`)];
  if (row.reverses !== null) words.push(t('acts.reversal'));
  if (row.method !== null) words.push(t(`methods.${row.method}`));
  if (row.matures_on !== null) words.push(t('matures', { day: row.matures_on }));
  if (row.kind === 'invoice' && row.is_supplier) words.push(t('by_supplier'));
  return words.join(' · ');
}

function Queries({ milestone }: { milestone: Milestone }) {
  const { t } = useWords('payments');
  if (milestone.disputes.length === 0) return null;
  return (
    <section className="stack-tight" aria-label={t('queries')}>
      {milestone.disputes.map((one) => (
        <div key={one.raised_at} className="stack-tight">
          <p>
            <strong>{t(one.is_supplier ? 'asked_by_supplier' : 'asked_by_buyer')}</strong> {one.text} <Instant at={one.raised_at} />
          </p>
          <p className={one.answer === null ? 'muted' : ''}>
            {one.answer === null ? t('unanswered') : `${t('answered')} ${one.answer}`} {one.settled_at !== null && <Instant at={one.settled_at} />}
          </p>
        </div>
      ))}
    </section>
  );
}
