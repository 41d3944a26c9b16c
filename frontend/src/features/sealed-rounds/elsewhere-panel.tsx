// For who does not want this server's pages to see the price: the facts to seal by on another machine, and the way back in.
import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonAnchor } from '@/ui/button';
import { FileDrop } from '@/ui/file-drop';
import { Panel } from '@/ui/panel';
import { Sheet } from '@/ui/sheet';

import { stampOf } from './offer';
import type { LotDesk, OfferDesk } from './offer-desk';
import { packageIn, type PackageFault } from './package-file';
import { useOwnNames, type SealedLot, type SealedRound } from './queries';
import { saveJson } from './save-json';

interface ElsewhereProps {
  round: SealedRound;
  lot: SealedLot;
  desk: OfferDesk;
  held: LotDesk;
  canAct: boolean;
}

export function ElsewherePanel({ round, lot, desk, held, canAct }: ElsewhereProps) {
  const { t } = useWords('sealed-rounds');
  const own = useOwnNames().data;
  const [isOpen, setOpen] = useState(false);
  // What the service told, whole, and the own names: the answers are looked through for them there too (AN-04).
  const save = () => saveJson(`bidroom-facts-${round.round_id.slice(0, 8)}.json`, { ...round, own_names: own });
  return (
    <Panel title={t('elsewhere.title')}>
      <div className="stack">
        <p>{t('elsewhere.why')}</p>
        <div className="row">
          <Button icon="export" disabled={own === undefined} onClick={save}>
            {t('elsewhere.facts')}
          </Button>
          <ButtonAnchor href="/seal/bidroom-seal.html" download icon="export">
            {t('elsewhere.page')}
          </ButtonAnchor>
          <Button disabled={!canAct} onClick={() => setOpen(true)}>
            {t('elsewhere.hand_in')}
          </Button>
        </div>
      </div>
      {isOpen && canAct && <HandIn round={round} lot={lot} desk={desk} held={held} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function HandIn({ round, lot, desk, held, onClose }: Omit<ElsewhereProps, 'canAct'> & { onClose: () => void }) {
  const { t } = useWords('sealed-rounds');
  const [file, setFile] = useState<File | null>(null);
  const [fault, setFault] = useState<PackageFault | null>(null);
  const send = async () => {
    const found = file === null ? 'NOT_A_PACKAGE' : await packageIn(await file.text(), round, lot, stampOf(held.offer, held.files));
    if (typeof found === 'string') {
      setFault(found);
      return;
    }
    onClose();
    await desk.handIn(found);
  };
  return (
    <Sheet
      title={t('elsewhere.hand_in')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" icon="lock" onClick={() => void send()}>
            {t('elsewhere.send')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        {fault !== null && (
          <Banner tone="bad" role="alert">
            {t(`elsewhere.fault.${fault}`)}
          </Banner>
        )}
        <FileDrop
          label={t('elsewhere.file')}
          hint={t('elsewhere.file_hint')}
          accept=".json,application/json"
          file={file}
          onFile={(taken) => {
            setFile(taken);
            setFault(null);
          }}
        />
      </div>
    </Sheet>
  );
}
