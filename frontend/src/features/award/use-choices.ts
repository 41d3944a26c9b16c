// The choices as they stand on the page: kept in the tab until they are sent, dropped for a lot whose ranking became another one.

import { useCallback, useMemo, useState } from 'react';

import { awardedOf, departs, firstChoice, rowOf, type Adopted, type Choices, type LotAdopted, type LotChoice } from './choosing';
import type { Decision, LotRanking, Ranking } from './queries';

/** A choice is bound to the ranking it was made on. */
type Kept = Record<string, LotChoice & { digest: string }>;

const keyOf = (tenderId: string) => `award-choices:${tenderId}`;

function readKept(tenderId: string): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(tenderId)) ?? '{}') as Kept;
  } catch {
    return {};
  }
}

function keep(tenderId: string, kept: Kept): void {
  try {
    sessionStorage.setItem(keyOf(tenderId), JSON.stringify(kept));
  } catch {
    // No storage: the choices still stand on the page.
  }
}

export function forgetChoices(tenderId: string): void {
  try {
    sessionStorage.removeItem(keyOf(tenderId));
  } catch {
    // No storage, nothing kept.
  }
}

interface ChoicesHandle {
  choices: Choices;
  choose: (lot: LotRanking, choice: LotChoice) => void;
}

export function useChoices(ranking: Ranking, decision: Decision, adopted: Adopted): ChoicesHandle {
  const [kept, setKept] = useState<Kept>(() => readKept(ranking.tender_id));
  const choices = useMemo(() => Object.fromEntries(ranking.lots.map((lot) => [lot.lot_id, standing(lot, kept, decision, adopted[lot.lot_id])])), [ranking, kept, decision, adopted]);
  const choose = useCallback(
    (lot: LotRanking, choice: LotChoice) =>
      setKept((before) => {
        const next = { ...before, [lot.lot_id]: { ...choice, digest: lot.digest } };
        keep(ranking.tender_id, next);
        return next;
      }),
    [ranking.tender_id],
  );
  return { choices, choose };
}

function standing(lot: LotRanking, kept: Kept, decision: Decision, adopted: LotAdopted | undefined): LotChoice {
  const own = kept[lot.lot_id];
  if (own?.digest !== lot.digest || !awardedOf(own).every((one) => rowOf(lot, one.label))) return firstChoice(lot, decision, adopted);
  const choice = { label: own.label, reason: own.reason, ...(own.shares ? { shares: own.shares } : {}) };
  // Shares stand as long as the adopted scenario says the same.
  return choice.shares && departs(choice, adopted) ? firstChoice(lot, decision, adopted) : choice;
}
