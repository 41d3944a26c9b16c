// Setting up a second factor: an authenticator's app by its picture and first code, or a passkey. Recovery codes come with the first.

import { useEffect, useState } from 'react';

import { hasPasskeys } from '@/api/passkey';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Loading } from '@/ui/states';

import { CardForm } from './card';
import { useAddPasskey, useConfirmTotp, useTotpOffer } from './factor-queries';
import { wasLeft } from './proof-form';
import css from './security.module.css';

type Way = 'totp' | 'passkey';

/** `onDone` gets the recovery codes, which are none but for the first factor. */
export function EnrolFactor({ onDone }: { onDone: (codes: readonly string[]) => void }) {
  const { t } = useWords('security');
  const [way, setWay] = useState<Way>('totp');
  return (
    <div className="stack">
      {hasPasskeys() && (
        <div className="row" role="group" aria-label={t('enrol.ways')}>
          {(['totp', 'passkey'] as const).map((each) => (
            <Button key={each} size="small" look={each === way ? 'primary' : 'plain'} aria-pressed={each === way} onClick={() => setWay(each)}>
              {t(`kinds.${each}`)}
            </Button>
          ))}
        </div>
      )}
      {way === 'totp' ? <EnrolApp onDone={onDone} /> : <EnrolPasskey onDone={onDone} />}
    </div>
  );
}

function EnrolApp({ onDone }: { onDone: (codes: readonly string[]) => void }) {
  const { t } = useWords('security');
  const offer = useTotpOffer();
  const confirm = useConfirmTotp();
  const [code, setCode] = useState('');
  const [name, setName] = useState(t('enrol.app_name'));
  const { mutate } = offer;
  useEffect(() => mutate(), [mutate]);
  if (offer.isError) return <ProblemAlert error={offer.error} onRetry={() => mutate()} />;
  if (!offer.data) return <Loading lines={6} />;
  const { id, secret, qr } = offer.data;
  const submit = () => {
    if (code.trim() && name.trim()) confirm.mutate({ id, code: code.trim(), name: name.trim() }, { onSuccess: (made) => onDone(made.recovery_codes) });
  };
  return (
    <CardForm onSubmit={submit}>
      <p>{t('enrol.scan')}</p>
      <img className={css['qr']} src={qr} alt={t('enrol.qr')} />
      <details>
        <summary>{t('enrol.by_hand')}</summary>
        <p className={css['secret']}>
          <code>{secret.replace(/(.{4})/g, '$1 ').trim()}</code>
        </p>
      </details>
      <ProblemAlert error={confirm.error} />
      <TextField
        label={t('enrol.first_code')}
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={10}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <TextField label={t('enrol.name')} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      <Button type="submit" look="primary" size="large" wide busy={confirm.isPending}>
        {t('enrol.finish')}
      </Button>
    </CardForm>
  );
}

function EnrolPasskey({ onDone }: { onDone: (codes: readonly string[]) => void }) {
  const { t } = useWords('security');
  const add = useAddPasskey();
  const [name, setName] = useState(t('enrol.passkey_name'));
  return (
    <CardForm
      onSubmit={() => {
        if (name.trim()) add.mutate(name.trim(), { onSuccess: (made) => onDone(made.recovery_codes) });
      }}
    >
      <p>{t('enrol.passkey_how')}</p>
      {add.isError && (wasLeft(add.error) ? <p role="alert">{t('proof.left')}</p> : <ProblemAlert error={add.error} />)}
      <TextField label={t('enrol.name')} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      <Button type="submit" look="primary" size="large" wide busy={add.isPending}>
        {t('enrol.make_passkey')}
      </Button>
    </CardForm>
  );
}
