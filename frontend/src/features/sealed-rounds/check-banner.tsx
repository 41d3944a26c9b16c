// The page's own checks, made on every load without being asked: the receipt, the stored bytes, the list of the close.
import { useEffect, useState } from 'react';

import { fetchRotations } from '@/api/journal-keys';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { FileDrop } from '@/ui/file-drop';

import type { LotDesk } from './offer-desk';
import { checkLot, type LotCheck } from './own-check';
import type { PackageFault } from './package-file';
import type { OwnPackage, SealedRound } from './queries';

interface CheckBannerProps {
  round: SealedRound;
  own: readonly OwnPackage[] | null;
  lots: Readonly<Record<string, LotDesk>>;
  onResupply: (lotId: string) => void;
  /** The own package in a file, on a device that has no copy; what is wrong with it, or null. */
  onFile: (lotId: string, file: File) => Promise<PackageFault | null>;
}

export function CheckBanner({ round, own, lots, onResupply, onFile }: CheckBannerProps) {
  const { t } = useWords('sealed-rounds');
  const checks = useChecks(round, own, lots);
  const alarms = checks.filter((check) => check.state === 'alarm');
  const listed = checks.filter((check) => check.state === 'listed');
  const numberOf = (lotId: string) => round.lots.find((lot) => lot.lot_id === lotId)?.number ?? 0;
  return (
    <>
      {alarms.map((check) => (
        <Banner
          key={check.lotId}
          tone="bad"
          title={t('check.alarm', { number: numberOf(check.lotId) })}
          actions={check.canResupply && <Button onClick={() => onResupply(check.lotId)}>{t('check.resupply')}</Button>}
        >
          {t(check.alarm === 'ALTERED' && !check.canResupply ? 'check.ALTERED_elsewhere' : `check.${check.alarm ?? 'BAD_RECEIPT'}`)}
          {check.alarm === 'ALTERED' && !check.canResupply && <CopyFile onFile={(file) => onFile(check.lotId, file)} />}
        </Banner>
      ))}
      {alarms.length === 0 && listed.length > 0 && (
        <Banner tone="good" role="status" title={t('check.listed', { count: listed.length })}>
          {t('check.listed_why')}
        </Banner>
      )}
    </>
  );
}

function CopyFile({ onFile }: { onFile: (file: File) => Promise<PackageFault | null> }) {
  const { t } = useWords('sealed-rounds');
  const [file, setFile] = useState<File | null>(null);
  const [fault, setFault] = useState<PackageFault | null>(null);
  const take = (chosen: File) => {
    setFile(chosen);
    void onFile(chosen).then(setFault, () => setFault('NOT_A_PACKAGE'));
  };
  return <FileDrop label={t('elsewhere.file')} hint={t('elsewhere.file_hint')} accept=".json,application/json" file={file} error={fault === null ? null : t(`elsewhere.fault.${fault}`)} onFile={take} />;
}

function useChecks(round: SealedRound, own: readonly OwnPackage[] | null, lots: Readonly<Record<string, LotDesk>>): readonly LotCheck[] {
  const [checks, setChecks] = useState<readonly LotCheck[]>([]);
  const isBusy = Object.values(lots).some(({ step }) => step !== null && step.step !== 'receipted');
  const kept = round.lots.map((lot) => lots[lot.lot_id]?.kept ?? null);
  const keptKey = kept.map((one) => `${one?.digest ?? ''}${String(one?.isReceipted)}`).join();
  useEffect(() => {
    // While a package is on its way the two sides differ for a moment.
    if (own === null || isBusy) return;
    let isHere = true;
    void Promise.all(round.lots.map((lot, place) => checkLot(round, lot, own, kept[place] ?? null, fetchRotations))).then(
      (made) => {
        if (isHere) setChecks(made);
      },
      // Without an answer nothing is known: the next load looks again.
      () => undefined,
    );
    return () => {
      isHere = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `kept` is a new list each time; its key says whether it changed
  }, [round, own, isBusy, keptKey]);
  return checks;
}
