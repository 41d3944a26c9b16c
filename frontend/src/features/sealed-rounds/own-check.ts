// What the page checks by itself on every load: is the own package what the service says it is, and is it in the list that
// was published at the close (SEALING.md sections 4 and 5). Pure, apart from the signatures.
import { vouchingKey } from '@/journal/key-history';
import { checkManifest, checkReceipt, packageDigest, type HeaderJson } from '@/sealing/seal';

import { digestsIn, type KeptPackage } from './kept-package';
import type { OwnPackage, SealedLot, SealedRound } from './queries';

export type Alarm = 'NOT_IN_MANIFEST' | 'BAD_RECEIPT' | 'OTHER_PACKAGE' | 'ALTERED';

export interface LotCheck {
  lotId: string;
  state: 'none' | 'fine' | 'listed' | 'alarm';
  alarm: Alarm | null;
  /** The own copy could be handed in again. */
  canResupply: boolean;
}

const noRotations = () => Promise.resolve<unknown>([]);

/** Whether the stored bytes are the receipted ones: by the own copy's header, or by one whose digest the receipt names. */
export async function isWhole(mine: OwnPackage, own: HeaderJson | null): Promise<boolean> {
  const header = own ?? (mine.header as unknown as HeaderJson | null);
  if (header === null || (await packageDigest(header).catch(() => '')) !== mine.package) return false;
  return Object.entries(digestsIn(header)).every(([kind, digest]) => !(kind in mine.stored) || mine.stored[kind] === digest);
}

export async function checkLot(
  round: SealedRound,
  lot: SealedLot,
  own: readonly OwnPackage[],
  kept: KeptPackage | null,
  rotations: () => Promise<unknown> = noRotations,
): Promise<LotCheck> {
  const current = lot.current;
  const copy = kept !== null && kept.isReceipted ? kept : null;
  const alarmed = (alarm: Alarm, canResupply = false): LotCheck => ({ lotId: lot.lot_id, state: 'alarm', alarm, canResupply });
  if (current === null || current.state === 'withdrawn') {
    // This device has a receipted package, and the service has none and knows of no withdrawal.
    if (copy !== null && current === null) return alarmed('OTHER_PACKAGE', true);
    return { lotId: lot.lot_id, state: 'none', alarm: null, canResupply: false };
  }
  const key = await vouchingKey(round.journal_key, current.receipt, rotations);
  if ((await checkReceipt(current.receipt, key)) !== null) return alarmed('BAD_RECEIPT');
  // A newer revision may have been sealed by a colleague on another device; an older one cannot come back.
  if (copy !== null && copy.header.rev >= current.rev && copy.digest !== current.package) return alarmed('OTHER_PACKAGE', true);
  const mine = own.find((one) => one.lot_id === lot.lot_id && one.package === current.package && one.state === 'live');
  if (mine !== undefined) {
    const hasCopy = copy?.digest === current.package;
    if (!(await isWhole(mine, hasCopy ? copy.header : null))) return alarmed('ALTERED', hasCopy);
  }
  // Sealed to keys that were replaced since: it stands in no list, and is no alarm but a word of its own.
  if (round.manifest === null || current.state === 'void') return { lotId: lot.lot_id, state: 'fine', alarm: null, canResupply: false };
  if (checkManifest(current.package, round.manifest) !== null) return alarmed('NOT_IN_MANIFEST');
  return { lotId: lot.lot_id, state: 'listed', alarm: null, canResupply: false };
}
