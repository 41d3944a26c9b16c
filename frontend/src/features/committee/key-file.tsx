// Choosing and opening the own key file; the key is held for one act and forgotten.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { openKeyFile, type MemberKey } from '@/opening/member-key';
import { FileDrop } from '@/ui/file-drop';
import { TextField } from '@/ui/field';

type Fault = 'MISSING' | 'MALFORMED' | 'WRONG_PASSPHRASE' | 'OTHER_SEAT' | 'OTHER_KEY';

export interface HeldKeyFile {
  file: File | null;
  passphrase: string;
  fault: Fault | null;
  isBusy: boolean;
  choose: (file: File) => void;
  type: (passphrase: string) => void;
  /** The key, or null with the fault said. */
  open: () => Promise<MemberKey | null>;
}

/** `expected`: the seat's public key in the policy. With another key the seat would say that nothing opens, and have spoken. */
export function useKeyFile(round: string, seat: number, expected: string): HeldKeyFile {
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const open = async () => {
    if (file === null) {
      setFault('MISSING');
      return null;
    }
    setBusy(true);
    const key = await opened(file, passphrase);
    setBusy(false);
    const found = typeof key === 'string' ? key : key.round !== round || key.seat !== seat ? 'OTHER_SEAT' : key.public !== expected ? 'OTHER_KEY' : null;
    setFault(found);
    return typeof key === 'string' || found !== null ? null : key;
  };
  const choose = (chosen: File) => {
    setFile(chosen);
    setFault(null);
  };
  return { file, passphrase, fault, isBusy, choose, type: setPassphrase, open };
}

async function opened(file: File, passphrase: string): Promise<MemberKey | 'MALFORMED' | 'WRONG_PASSPHRASE'> {
  try {
    return await openKeyFile(JSON.parse(await file.text()), passphrase);
  } catch {
    return 'MALFORMED';
  }
}

export function KeyFileField({ held }: { held: HeldKeyFile }) {
  const { t } = useWords('committee');
  const isAboutFile = held.fault === 'MISSING' || held.fault === 'MALFORMED' || held.fault === 'OTHER_SEAT' || held.fault === 'OTHER_KEY';
  return (
    <>
      <FileDrop label={t('key_file')} hint={t('key_file_hint')} accept=".json,application/json" file={held.file} error={isAboutFile ? t(`key_faults.${held.fault ?? 'MISSING'}`) : null} onFile={held.choose} />
      <TextField label={t('passphrase')} type="password" autoComplete="off" value={held.passphrase} onChange={(event) => held.type(event.target.value)} error={held.fault === 'WRONG_PASSPHRASE' ? t('key_faults.WRONG_PASSPHRASE') : null} />
    </>
  );
}
