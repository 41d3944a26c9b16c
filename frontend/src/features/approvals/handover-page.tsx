// Handing one's tasks of a role to a colleague for some days. Who takes them over has the role already; it ends by itself.

import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import css from './approvals.module.css';
import { useDelegations, useHandOver, useTakeBack, type Delegation } from './queries';

const DUTIES = ['requester', 'purchaser', 'approver'] as const;
type Duty = (typeof DUTIES)[number];

export default function HandoverPage() {
  const { t } = useWords('approvals');
  const delegations = useDelegations();
  return (
    <div className="stack">
      <PageHeader title={t('handover.title')} lead={t('handover.lead')} back={{ to: '/approvals', label: t('inbox.title') }} />
      <HandOver />
      <QueryView query={delegations}>{(list) => <Given list={list} />}</QueryView>
    </div>
  );
}

function HandOver() {
  const { t, find } = useWords('approvals');
  const own = useSignedIn().roles;
  const duties = DUTIES.filter((duty) => own.includes(duty));
  const hand = useHandOver();
  const [duty, setDuty] = useState<Duty>(duties[0] ?? 'approver');
  const [email, setEmail] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const isWhole = email.trim() !== '' && from !== '' && until !== '';
  return (
    <Panel title={t('handover.new')}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWhole) return;
          hand.mutate(
            { email: email.trim(), duty, starts_on: from, ends_on: until },
            {
              onSuccess: () => {
                setEmail('');
                announce(t('handover.done'));
              },
            },
          );
        }}
      >
        <div className={css['fields']}>
          <SelectField
            label={t('handover.duty')}
            value={duty}
            onChange={(event) => setDuty(duties.find((each) => each === event.target.value) ?? duty)}
            options={duties.map((value) => ({ value, label: find(`words:roles.${value}`, value) }))}
          />
          <TextField label={t('handover.email')} hint={t('handover.email_hint')} type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />
          <TextField label={t('handover.from')} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
          <TextField label={t('handover.until')} type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
        </div>
        <Banner>{t('handover.rules')}</Banner>
        <ProblemAlert error={hand.error} />
        <div>
          <Button type="submit" look="primary" busy={hand.isPending} disabled={!isWhole}>
            {t('handover.hand')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Given({ list }: { list: readonly Delegation[] }) {
  const { t, find } = useWords('approvals');
  const back = useTakeBack();
  if (list.length === 0) {
    return (
      <Panel>
        <Empty icon="account" title={t('handover.empty')}>
          {t('handover.empty_why')}
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel flush title={t('handover.list')}>
      <ProblemAlert error={back.error} />
      <PlainTable
        caption={t('handover.list')}
        rows={list}
        rowKey={(one) => one.id}
        columns={[
          { key: 'duty', title: t('handover.duty'), cell: (one) => find(`words:roles.${one.duty}`, one.duty) },
          { key: 'other', title: t('handover.other'), cell: (one) => t(one.is_given ? 'handover.to' : 'handover.by', { name: one.other }) },
          {
            key: 'days',
            title: t('handover.days'),
            // Two words, so that they break on a phone.
            cell: (one) => (
              <>
                <span className="num">{one.starts_on}</span> – <span className="num">{one.ends_on}</span>
              </>
            ),
          },
          { key: 'state', title: t('handover.state'), cell: (one) => <Tag tone={one.state === 'in_force' ? 'good' : 'calm'}>{t(`handover.states.${one.state}`)}</Tag> },
          {
            key: 'end',
            title: '',
            cell: (one) =>
              one.is_given && (one.state === 'in_force' || one.state === 'planned') ? (
                <Button size="small" busy={back.isPending} onClick={() => back.mutate(one.id)}>
                  {t('handover.take_back')}
                </Button>
              ) : null,
          },
        ]}
      />
    </Panel>
  );
}
