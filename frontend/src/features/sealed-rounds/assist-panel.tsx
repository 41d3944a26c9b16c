// The committee has lost too many keys after the close: a bidder may give the secrets of its own packages, out of its
// recovery file. Each is tried on the package's own commitment; nothing is opened before all have answered or the time is
// over (SEALING.md section 6).

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { send } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { components } from '@/api/schema';
import { useWords } from '@/i18n/use-words';
import { openRecoveryFile, toHex } from '@/sealing/seal';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

type Recovery = components['schemas']['RecoveryView'];

const LOOK_AGAIN_MS = 15_000;

export function AssistPanel({ roundId }: { roundId: string }) {
  // Where nothing is asked of this bidder there is no such thing: the one 404 is the usual answer.
  const asked = useQuery({
    queryKey: ['recovery', roundId],
    queryFn: async () => {
      try {
        return await send<Recovery>('GET', `/api/rounds/${roundId}/recovery`);
      } catch (error) {
        if (asProblem(error).status === 404) return null;
        throw error;
      }
    },
    refetchInterval: LOOK_AGAIN_MS,
  });
  return asked.data ? <Asked asked={asked.data} /> : null;
}

function Asked({ asked }: { asked: Recovery }) {
  const { t } = useWords('sealed-rounds');
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [fault, setFault] = useState<'MALFORMED' | 'WRONG_PASSPHRASE' | 'OTHER_PACKAGE' | null>(null);
  const give = useMutation({
    mutationFn: (body: { package: string; secret: string }) => send<Recovery>('POST', `/api/rounds/${asked.round_id}/recovery/secrets`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['recovery', asked.round_id] }),
  });
  const left = asked.packages.filter((each) => !each.is_given);
  const act = async () => {
    const opened = await read(file, passphrase);
    setFault(typeof opened === 'string' ? opened : null);
    if (typeof opened === 'string') return;
    const secret = opened.secrets[asked.envelope];
    if (!left.some((each) => each.package === opened.package) || secret === undefined) setFault('OTHER_PACKAGE');
    else give.mutate({ package: opened.package, secret: toHex(secret) }, { onSuccess: () => announce(t('assist.given')) });
  };
  return (
    <Panel title={t('assist.title')}>
      <div className="stack">
        <p>{t('assist.why')}</p>
        <p>
          {t('assist.until')} <Instant at={asked.ends_at} named />
        </p>
        {left.length === 0 ? (
          <Banner tone="good">{t('assist.all')}</Banner>
        ) : (
          <>
            <p>{t('assist.left', { number: left.length })}</p>
            <FileDrop label={t('assist.file')} hint={t('assist.file_hint')} accept=".json,application/json" file={file} error={fault !== null && fault !== 'WRONG_PASSPHRASE' ? t(`assist.faults.${fault}`) : null} onFile={setFile} />
            <TextField label={t('recovery.passphrase')} type="password" autoComplete="off" value={passphrase} onChange={(event) => setPassphrase(event.target.value)} error={fault === 'WRONG_PASSPHRASE' ? t('assist.faults.WRONG_PASSPHRASE') : null} />
            <ProblemAlert error={give.error} />
            <div className="row">
              <Button look="primary" busy={give.isPending} disabled={file === null} onClick={() => void act()}>
                {t('assist.act')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

async function read(file: File | null, passphrase: string) {
  try {
    return file === null ? ('MALFORMED' as const) : await openRecoveryFile(JSON.parse(await file.text()), passphrase);
  } catch {
    return 'MALFORMED' as const;
  }
}
