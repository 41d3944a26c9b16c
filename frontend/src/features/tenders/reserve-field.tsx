// The secret reserve price of a lot while the tender is a draft: sent by itself on leaving the field, never kept with the draft.
import { useState } from 'react';

import { asProblem } from '@/api/problem';
import { useReserves, useSetReserve } from '@/api/reserves';
import { useWords } from '@/i18n/use-words';
import { TextField } from '@/ui/field';

import type { Fault, LotDraft } from './api';
import { faultAt, tidied } from './draft-edit';
import { useFaultText } from './draft-field';

interface ReserveFieldProps {
  tenderId: string;
  lot: LotDraft;
  at: number;
  sign: string;
  faults: readonly Fault[];
}

export function ReserveField({ tenderId, lot, at, sign, faults }: ReserveFieldProps) {
  const { t } = useWords('tenders');
  const held = useReserves(tenderId, true);
  const set = useSetReserve(tenderId);
  // Null: as it is stored.
  const [typed, setTyped] = useState<string | null>(null);
  const own = held.data?.find((each) => each.lot_id === lot.id);
  const stored = own?.amount ?? '';
  const error = useReserveError(at, faults, typed === null ? null : set.error);
  const save = () => {
    if (typed === null || lot.id === '') return;
    const amount = tidied(typed);
    if (amount === stored) setTyped(null);
    else set.mutate({ lot_id: lot.id, amount, seen: own?.commitment ?? null }, { onSuccess: () => setTyped(null) });
  };
  return (
    <TextField
      data-path={`lots.${at}.reserve_price`}
      label={`${t('words:reserve.title')} (${sign})`}
      hint={t(lot.id === '' || held.isPending ? 'lot.reserve_wait' : 'lot.reserve_hint')}
      optional
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      maxLength={40}
      disabled={lot.id === '' || !held.isSuccess}
      value={typed ?? stored}
      error={error}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={save}
    />
  );
}

/** What was refused just now, else what the pre-flight says of the one that is stored. */
function useReserveError(at: number, faults: readonly Fault[], refused: unknown): string | null {
  const say = useFaultText();
  const { t } = useWords('tenders');
  const path = `lots.${at}.reserve_price`;
  if (refused !== null) {
    const problem = asProblem(refused);
    const code = problem.detail[path];
    if (code !== undefined) return say({ field: path, code, detail: {} });
    return problem.code === 'CHANGED_SINCE' ? t('lot.reserve_changed') : t('lot.reserve_not_saved');
  }
  // Always said: it was stored as typed, and another field has changed since.
  const fault = faultAt(faults, path, true);
  return fault === undefined ? null : say(fault);
}
