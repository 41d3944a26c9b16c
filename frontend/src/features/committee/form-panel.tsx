// The purchaser names who sits there, and an approver agrees; after the policy is fixed only new keys for all change it.

import { useState } from 'react';
import { Link } from 'react-router';

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
  const [isRekeying, setRekeying] = useState(false);
  if (sheet.proposal_id !== null) {
    return (
      <Banner>
        <Link to={`/approvals/${sheet.proposal_id}`}>{t('form.waits')}</Link>
      </Banner>
    );
  }
  if (sheet.can_form) return <Form sheet={sheet} path="committee" needsReason={false} />;
  if (!sheet.can_rekey) return null;
  return isRekeying ? (
    <Form sheet={sheet} path="committee/rekeying" needsReason />
  ) : (
    <p>
      <Button onClick={() => setRekeying(true)}>{t('form.rekey')}</Button>
    </p>
  );
}

function Form({ sheet, path, needsReason }: { sheet: CommitteeSheet; path: string; needsReason: boolean }) {
  const { t } = useWords('committee');
  const act = useCommitteeAct(sheet.round_id);
  const [members, setMembers] = useState<readonly string[]>(sheet.titles.map(() => ''));
  const [reason, setReason] = useState('');
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
            label={`${at + 1} · ${t(`seats.${title}`)}`}
            hint={at === 0 ? t('form.email') : undefined}
            type="email"
            value={members[at] ?? ''}
            onChange={(event) => setMembers(members.map((each, place) => (place === at ? event.target.value : each)))}
          />
        ))}
        {needsReason && <AreaField label={t('form.reason')} value={reason} onChange={(event) => setReason(event.target.value)} />}
        <ProblemAlert error={act.error} />
        <div className="row">
          <Button look="primary" busy={act.isPending} disabled={members.some((each) => each.trim() === '') || (needsReason && reason.trim() === '')} onClick={ask}>
            {t('form.ask')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
