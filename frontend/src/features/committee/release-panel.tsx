// A member releases what is due: the key is used only where clock, policy and manifest are as they were confirmed.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { asProblem } from '@/api/problem';
import { serverClock } from '@/domain/server-clock';
import { distrust, makeBundle, type Distrust, type Due } from '@/opening/member-key';
import { fingerprint } from '@/sealing/policy';
import type { EnvelopeKind } from '@/sealing/seal';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { Fingerprint } from '@/ui/fingerprint';
import { ProblemAlert } from '@/ui/problem-alert';

import { KeyFileField, useKeyFile } from './key-file';
import { recall } from './own-memory';
import { fetchWraps, ownKeyOf, useCommitteeAct, type CommitteeSheet } from './queries';

export function ReleasePanel({ sheet, envelope }: { sheet: CommitteeSheet; envelope: EnvelopeKind }) {
  const { t } = useWords('committee');
  const act = useCommitteeAct(sheet.round_id);
  const file = useKeyFile(sheet.round_id, sheet.own_seat ?? 0, ownKeyOf(sheet));
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null);
  const [fault, setFault] = useState<Distrust | null>(null);
  const [error, setError] = useState<unknown>(null);
  // As this member confirmed it on this device; on another device the member compares once more.
  const [confirmed] = useState(() => recall(sheet.round_id, sheet.own_seat ?? 0).confirmed);
  const [hasCompared, setCompared] = useState(false);
  const release = async () => {
    setFault(null);
    setError(null);
    const key = await file.open();
    if (key === null) return;
    try {
      const due = (await fetchWraps(sheet.round_id, envelope)) as unknown as Due;
      // The own clock, not the service's word for it: whichever of the two is behind has to wait.
      // eslint-disable-next-line no-restricted-properties -- the member's own clock is the point (SEALING.md 6)
      const found = await distrust(key, due, confirmed ?? sheet.policy_digest, Math.min(Date.now(), serverClock.now()));
      setFault(found);
      if (found !== null) return;
      const of = due.packages.length;
      setProgress({ done: 0, of });
      const bundle = await makeBundle(key, due, (done) => setProgress({ done, of }));
      await act.mutateAsync({ path: 'releases', body: bundle });
      announce(t('opening.released'));
    } catch (problem) {
      setError(problem);
    } finally {
      setProgress(null);
    }
  };
  return (
    <div className="stack">
      <p>{t(`opening.why_${envelope}`)}</p>
      {confirmed === undefined && (
        <>
          <p>{t('opening.compare_again')}</p>
          <Fingerprint groups={fingerprint(sheet.policy_digest)} />
          <CheckField label={t('opening.same_groups')} checked={hasCompared} onChange={(event) => setCompared(event.target.checked)} />
        </>
      )}
      <KeyFileField held={file} />
      {fault !== null && (
        <Banner tone="bad" title={t('distrust.title')}>
          {t(`distrust.${fault}`)}
        </Banner>
      )}
      {progress !== null && (
        <p role="status">
          <progress value={progress.done} max={progress.of} /> {t('opening.progress', progress)}
        </p>
      )}
      {error !== null && asProblem(error).code === 'RELEASE_FALSE' ? (
        <Banner tone="bad" title={t('opening.false_title', { seat: sheet.own_seat ?? 0 })}>
          {t('opening.false_why')}
        </Banner>
      ) : (
        <ProblemAlert error={error} />
      )}
      <div className="row">
        <Button look="primary" disabled={confirmed === undefined && !hasCompared} busy={act.isPending || file.isBusy || progress !== null} onClick={() => void release()}>
          {t('opening.release')}
        </Button>
      </div>
    </div>
  );
}
