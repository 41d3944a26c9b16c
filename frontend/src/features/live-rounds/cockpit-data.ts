// What the cockpit reads and does over HTTP; the figures of the running lots come by the socket.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { Amount } from '@/domain/money';

import type { LiveRules } from '@/domain/bidding';
import type { Broadcast, BuyerLot } from './messages';
import type { RoundLot, RoundTender } from './room-data';

export interface PauseSpan {
  since: string;
  until: string | null;
  reason_code: string | null;
}

export interface ExtensionMark {
  at: string;
  before: string;
  after: string;
  by_hand: boolean;
}

export interface CockpitLot {
  lot: RoundLot;
  state: BuyerLot;
  baseline_price: Amount | null;
  baseline_source: string | null;
  baseline_on: string | null;
  pauses: readonly PauseSpan[];
  extensions: readonly ExtensionMark[];
  voids: readonly string[];
}

export interface CockpitInfo {
  id: string;
  tender: RoundTender;
  rules: LiveRules;
  tick: number;
  now: string;
  invited: number;
  joined: number | null;
  practised: number | null;
  /** The reader's own code for a pause by phone (CK-12); null for observers. */
  call_code: string | null;
  lots: readonly CockpitLot[];
  broadcasts: readonly Broadcast[];
  savings_money: Amount | null;
  savings_percent: string | null;
}

const cockpitKey = (roundId: string) => ['cockpit', roundId] as const;

export function useCockpit(roundId: string) {
  return useQuery({
    queryKey: cockpitKey(roundId),
    queryFn: () => send<CockpitInfo>('GET', `/api/rounds/${roundId}/cockpit`),
    // Marks of the clock and the sums come this way; the figures of the lots come by the socket.
    refetchInterval: 10_000,
  });
}

export function useRefreshCockpit(roundId: string): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: cockpitKey(roundId) });
}

export type Act =
  | { kind: 'pause'; lotId: string; body: { reason_code: string; reason: string; message_zh: string; message_en: string; amounts_checked: boolean } }
  | { kind: 'resume'; lotId: string; body: { resume_in_s: number | null } }
  | { kind: 'extend'; lotId: string; body: { minutes: number; reason: string } }
  | { kind: 'void'; lotId: string; body: { n: number | null; alias: string | null; reason: string } }
  | { kind: 'cancel'; lotId: string; body: { reason: string; message_zh: string; message_en: string; amounts_checked: boolean } }
  | { kind: 'broadcast'; body: { zh: string; en: string; amounts_checked: boolean } };

export interface Budget {
  lot_id: string;
  amount: Amount;
  source: string;
  as_of: string;
}

/** The recorded budgets of the lots; read once, nobody records one while the round runs. */
export function useBudgets(tenderId: string): readonly Budget[] {
  const query = useQuery({ queryKey: ['budgets', tenderId], queryFn: () => send<{ budgets: readonly Budget[] }>('GET', `/api/tenders/${tenderId}/budgets`) });
  return query.data?.budgets ?? [];
}

export type LeakKind = 'name' | 'contact' | 'alias' | 'amount';

/** A find in a text, by its place. */
export interface Leak {
  where: 'zh' | 'en';
  kind: LeakKind;
  start: number;
  end: number;
}

/** What a message to all would give away (CK-07): asked before the second confirm. */
export function useMessageCheck(roundId: string) {
  return useMutation({ mutationFn: (texts: { zh: string; en: string }) => send<{ leaks: readonly Leak[] }>('POST', `/api/rounds/${roundId}/broadcasts/check`, texts) });
}

export function useAct(roundId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) =>
      act.kind === 'broadcast'
        ? send('POST', `/api/rounds/${roundId}/broadcasts`, act.body)
        : send('POST', `/api/lots/${act.lotId}/${act.kind}`, act.body),
    onSuccess: () => client.invalidateQueries({ queryKey: cockpitKey(roundId) }),
  });
}
