// Proving who one is: a passkey, a code, a recovery code, or the password where there is no second factor.

import { useState } from 'react';

import { hasPasskeys } from '@/api/passkey';
import type { Me } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';

import { CardForm } from './card';
import { useProve, type GivenProof } from './factor-queries';
import { PasswordField } from './password-field';

type Way = GivenProof['by'];

/** A passkey that the person left is no error of ours. */
export function wasLeft(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

export function ProofForm({ me, onProven }: { me: Me; onProven: () => void }) {
  const { t } = useWords('security');
  const offered = me.proofs.filter((way) => way !== 'passkey' || hasPasskeys());
  const [way, setWay] = useState<Way | undefined>((['passkey', 'totp', 'password', 'recovery'] as const).find((each) => offered.includes(each)));
  const [text, setText] = useState('');
  const proving = useProve();
  const send = (given: GivenProof) => proving.mutate(given, { onSuccess: onProven });
  const others = offered.filter((each) => each !== way);
  if (way === undefined) return <p role="alert">{t('proof.none')}</p>;
  const submit = () => {
    if (way === 'passkey') send({ by: 'passkey' });
    else if (way === 'password') send({ by: 'password', password: text });
    else if (text.trim() !== '') send({ by: way, code: text.trim() });
  };
  return (
    <CardForm onSubmit={submit}>
      {proving.isError && (wasLeft(proving.error) ? <p role="alert">{t('proof.left')}</p> : <ProblemAlert error={proving.error} />)}
      {way === 'password' && <PasswordField label={t('proof.password')} autoComplete="current-password" value={text} error={null} onChange={setText} />}
      {(way === 'totp' || way === 'recovery') && (
        <TextField
          label={t(`proof.${way}`)}
          hint={t(`proof.${way}_hint`)}
          autoFocus
          autoComplete={way === 'totp' ? 'one-time-code' : 'off'}
          inputMode={way === 'totp' ? 'numeric' : 'text'}
          spellCheck={false}
          maxLength={20}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {way === 'passkey' && <p>{t('proof.passkey_hint')}</p>}
      <Button type="submit" look="primary" size="large" wide busy={proving.isPending}>
        {t(way === 'passkey' ? 'proof.use_passkey' : 'proof.confirm')}
      </Button>
      {others.length > 0 && (
        <div className="row">
          {others.map((each) => (
            <Button
              key={each}
              size="small"
              onClick={() => {
                setWay(each);
                setText('');
                proving.reset();
              }}
            >
              {t(`proof.rather_${each}`)}
            </Button>
          ))}
        </div>
      )}
    </CardForm>
  );
}
