// The recovery file: the package's secrets under a passphrase, made on this machine and saved by the supplier (SEALING.md 5).
import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { recoveryFile, type HeaderJson, type Secrets } from '@/sealing/seal';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Sheet } from '@/ui/sheet';

import { saveJson } from './save-json';

const LEAST = 12;

export function RecoverySheet({ header, secrets, onClose }: { header: HeaderJson; secrets: Secrets; onClose: () => void }) {
  const { t } = useWords('sealed-rounds');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const isShort = passphrase.length < LEAST;
  const make = async () => {
    setTried(true);
    if (isShort || again !== passphrase) return;
    setBusy(true);
    const file = await recoveryFile(header, secrets, passphrase);
    saveJson(`bidroom-recovery-${file.package.slice(0, 8)}.json`, file);
    onClose();
  };
  return (
    <Sheet
      title={t('recovery.title')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={isBusy} onClick={() => void make()}>
            {t('recovery.save')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <p>{t('recovery.why')}</p>
        <TextField label={t('recovery.passphrase')} hint={t('recovery.hint', { count: LEAST })} type="password" autoComplete="new-password" value={passphrase} onChange={(event) => setPassphrase(event.target.value)} error={isTried && isShort ? t('common:form.too_short', { count: LEAST }) : null} />
        <TextField label={t('recovery.again')} type="password" autoComplete="new-password" value={again} onChange={(event) => setAgain(event.target.value)} error={isTried && again !== passphrase ? t('recovery.differs') : null} />
      </div>
    </Sheet>
  );
}
