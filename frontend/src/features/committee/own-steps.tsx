// What a member does with the own key before the round opens: make and prove it, rehearse. The key never leaves this machine
// but in the member's own file.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { answerChallenge, freshKey, keyFile, releaseWrap } from '@/opening/member-key';
import { hasWebCrypto, type HeaderJson } from '@/sealing/seal';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { send } from '@/api/client';

import { KeyFileField, useKeyFile } from './key-file';
import { remember } from './own-memory';
import { ownKeyOf, useCommitteeAct, type CommitteeSheet } from './queries';
import { saveJson } from './save-json';

const LEAST = 12;

export function KeyStep({ sheet, seat, onDone }: { sheet: CommitteeSheet; seat: number; onDone: () => void }) {
  const { t } = useWords('committee');
  const act = useCommitteeAct(sheet.round_id);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!hasWebCrypto()) return <Banner tone="bad">{t('no_crypto')}</Banner>;
  const isShort = passphrase.length < LEAST;
  const make = async () => {
    setTried(true);
    if (isShort || again !== passphrase) return;
    setBusy(true);
    setError(null);
    try {
      const key = await freshKey(sheet.round_id, seat);
      const asked = await send<{ enc: string; ct: string }>('POST', `/api/rounds/${sheet.round_id}/committee/challenge`, { public: key.public });
      const answer = await answerChallenge(key, asked);
      // The file first: a key that the round knows and nobody holds would cost everybody a rekeying.
      saveJson(`bidroom-committee-key-${sheet.reference}-${seat}.json`, await keyFile(key, passphrase));
      await act.mutateAsync({ method: 'PUT', path: 'committee/key', body: { public: key.public, answer: answer ?? '' } });
      remember(sheet.round_id, seat, { public: key.public });
      announce(t('key_made'));
      onDone();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t('make_key')}>
      <div className="stack">
        <p>{t('make_key_why')}</p>
        <TextField label={t('passphrase')} hint={t('passphrase_hint', { count: LEAST })} type="password" autoComplete="new-password" value={passphrase} onChange={(event) => setPassphrase(event.target.value)} error={isTried && isShort ? t('common:form.too_short', { count: LEAST }) : null} />
        <TextField label={t('passphrase_again')} type="password" autoComplete="new-password" value={again} onChange={(event) => setAgain(event.target.value)} error={isTried && again !== passphrase ? t('passphrase_differs') : null} />
        <ProblemAlert error={error} />
        <div className="row">
          <Button look="primary" busy={isBusy} onClick={() => void make()}>
            {t('make_key_act')}
          </Button>
        </div>
        <p className="small muted">{t('keep_key')}</p>
        <Twin lines={[`bidroom trustee keygen --round ${sheet.round_id} --seat ${String(seat)} --out key.json`, `bidroom trustee prove key.json --url ${window.location.origin} --email …`]} />
      </div>
    </Panel>
  );
}

/** The same at the command line, for whoever would rather not make a key in a page that comes from the service. */
function Twin({ lines }: { lines: readonly string[] }) {
  const { t } = useWords('committee');
  return (
    <details>
      <summary>{t('twin')}</summary>
      {lines.map((line) => (
        <p key={line} className="small">
          <code style={{ overflowWrap: 'anywhere' }}>{line}</code>
        </p>
      ))}
    </details>
  );
}

export function RehearsalStep({ sheet, seat }: { sheet: CommitteeSheet; seat: number }) {
  const { t } = useWords('committee');
  const act = useCommitteeAct(sheet.round_id);
  const file = useKeyFile(sheet.round_id, seat, ownKeyOf(sheet));
  const [isFailed, setFailed] = useState(false);
  const isSpare = sheet.step === 'ready';
  const done = sheet.seats.filter((each) => each.has_rehearsed).length;
  const rehearse = async () => {
    setFailed(false);
    const key = await file.open();
    if (key === null) return;
    const release = await releaseWrap(key, sheet.rehearsal as unknown as HeaderJson, 'price');
    if (release === null) setFailed(true);
    else act.mutate({ path: 'committee/rehearsal', body: { release } }, { onSuccess: () => announce(t('done.rehearse')) });
  };
  return (
    <Panel title={t(isSpare ? 'rehearsal_own' : 'rehearsal')}>
      <div className="stack">
        <p>{t(isSpare ? 'rehearsal_own_why' : 'rehearsal_why')}</p>
        {!isSpare && <p>{t('rehearsal_bars', { done, k: sheet.k })}</p>}
        <KeyFileField held={file} />
        {isFailed && <Banner tone="bad">{t('rehearsal_fails')}</Banner>}
        <ProblemAlert error={act.error} />
        <div className="row">
          <Button look="primary" busy={act.isPending || file.isBusy} onClick={() => void rehearse()}>
            {t('rehearsal_act')}
          </Button>
        </div>
        <p className="small muted">{t('rehearsal_lost')}</p>
      </div>
    </Panel>
  );
}
