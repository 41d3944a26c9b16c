// The purchaser names who sits there, and an approver agrees; after the policy is fixed only new keys for all change it.

import { useState } from 'react';
import { Link } from 'react-router';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { useCommitteeAct, type CommitteeSheet } from './queries';

export function FormPanel({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  const [isOpen, setOpen] = useState(false);
  if (sheet.proposal_id !== null) {
    return (
      <Banner>
        <Link to={`/approvals/${sheet.proposal_id}`}>{t('form.waits')}</Link>
      </Banner>
    );
  }
  if (!sheet.can_form && !sheet.can_rekey) return null;
  // Whom two persons have named is not asked for again without a word.
  if (sheet.seats.length > 0 && !isOpen) {
    return (
      <p>
        <Button onClick={() => setOpen(true)}>{t(sheet.can_form ? 'form.others' : 'form.rekey')}</Button>
      </p>
    );
  }
  return sheet.can_form ? <Form sheet={sheet} path="committee" needsReason={false} /> : <Form sheet={sheet} path="committee/rekeying" needsReason />;
}

function Form({ sheet, path, needsReason }: { sheet: CommitteeSheet; path: string; needsReason: boolean }) {
  const { t, find } = useWords('committee');
  const act = useCommitteeAct(sheet.round_id);
  const [members, setMembers] = useState<readonly string[]>(sheet.titles.map(() => ''));
  const [reason, setReason] = useState('');
  const problem = act.error === null ? null : asProblem(act.error);
  const why = problem?.code === 'WRONG_COMMITTEE' ? find(`committee:form.wrong.${problem.detail['why'] ?? ''}`, '', { ...problem.detail }) : null;
  const ask = () => {
    const body = needsReason ? { members, reason } : { members };
    act.mutate({ path, body }, { onSuccess: () => announce(t('form.asked')) });
  };
  return (
    <Panel title={t(needsReason ? 'form.rekey' : 'form.title')}>
      <div className="stack">
        <p>{t(needsReason ? 'form.rekey_why' : 'form.why', { k: sheet.k })}</p>
        {sheet.titles.map((title, at) => (
          <TextField
            key={`${at}-${title}`}
            label={`${at + 1} · ${t(`words:seats.${title}`)}`}
            hint={at === 0 ? t('form.email') : undefined}
            type="email"
            value={members[at] ?? ''}
            onChange={(event) => setMembers(members.map((each, place) => (place === at ? event.target.value : each)))}
          />
        ))}
        {needsReason && <AreaField label={t('form.reason')} value={reason} onChange={(event) => setReason(event.target.value)} />}
        <ProblemAlert error={act.error}>{why !== null && <p>{why}</p>}</ProblemAlert>
        <div className="row">
          <Button look="primary" busy={act.isPending} disabled={members.some((each) => each.trim() === '') || (needsReason && reason.trim() === '')} onClick={ask}>
            {t('form.ask')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
