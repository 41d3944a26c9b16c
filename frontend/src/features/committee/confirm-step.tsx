// Comparing and confirming the key policy. The groups are worked out here from the policy itself, and the member's own key
// must stand in it: neither is believed of the service.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { fingerprint } from '@/sealing/policy';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { Fingerprint } from '@/ui/fingerprint';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { recall, remember } from './own-memory';
import { doubtPolicy, publicOf, type PolicyDoubt } from './policy-check';
import { useCommitteeAct, type CommitteeSheet } from './queries';

export function ConfirmStep({ sheet, seat }: { sheet: CommitteeSheet; seat: number }) {
  const { t } = useWords('committee');
  const act = useCommitteeAct(sheet.round_id);
  const [known] = useState(() => recall(sheet.round_id, seat).public);
  const [file, setFile] = useState<File | null>(null);
  const [hasCompared, setCompared] = useState(false);
  const [fault, setFault] = useState<PolicyDoubt | 'OTHER_SEAT' | null>(null);
  const confirm = async () => {
    const own = known ?? (file === null ? null : await publicOf(file, sheet.round_id, seat));
    const found = own === null ? ('OTHER_SEAT' as const) : await doubtPolicy(sheet, seat, own);
    setFault(found);
    if (found !== null || own === null) return;
    act.mutate(
      { path: 'committee/confirmation', body: { digest: sheet.policy_digest } },
      {
        onSuccess: () => {
          remember(sheet.round_id, seat, { public: own, confirmed: sheet.policy_digest });
          announce(t('done.confirm'));
        },
      },
    );
  };
  return (
    <Panel title={t('confirm')}>
      <div className="stack">
        <p>{t('confirm_why')}</p>
        <Fingerprint groups={fingerprint(sheet.policy_digest)} />
        {known === undefined && (
          <FileDrop label={t('key_file')} hint={t('confirm_file_hint')} accept=".json,application/json" file={file} error={fault === 'OTHER_SEAT' ? t('key_faults.OTHER_SEAT') : null} onFile={setFile} />
        )}
        <CheckField label={t('compared')} checked={hasCompared} onChange={(event) => setCompared(event.target.checked)} />
        {(fault === 'OTHER_DIGEST' || fault === 'OTHER_KEY') && (
          <Banner tone="bad" title={t('doubt.title')}>
            {t(`doubt.${fault}`)}
          </Banner>
        )}
        <ProblemAlert error={act.error} />
        <div className="row">
          <Button look="primary" disabled={!hasCompared || (known === undefined && file === null)} busy={act.isPending} onClick={() => void confirm()}>
            {t('confirm_act')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
