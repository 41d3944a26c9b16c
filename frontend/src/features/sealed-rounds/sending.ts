// One package on its way: upload, commit, and after a loss first the question whether the service has it (LR-32). The same
// package again is the same act: the service answers it with the identical receipt.
import { asProblem, isPassing } from '@/api/problem';
import { vouchingKey } from '@/journal/key-history';
import { checkLateNotice, checkReceipt } from '@/sealing/seal';

import type { KeptPackage, PackageKeeper } from './kept-package';
import { digestsIn } from './kept-package';
import type { Reply } from './line';
import type { ActFrame, LateNotice, Receipt } from './messages';
import type { OwnPackage } from './queries';
import { upload, type UploadPorts, type UploadTold } from './uploading';

export type SendStep =
  | { step: 'sealing' }
  // Sealed before the page was left, and the service does not have it: the supplier decides.
  | { step: 'unsent' }
  | ({ step: 'uploading' } & UploadTold)
  | { step: 'committing' }
  | { step: 'withdrawing' }
  | { step: 'asking' }
  | { step: 'receipted'; receipt: Receipt; isDoubtful: boolean }
  | { step: 'refused'; code: string; detail: Readonly<Record<string, string>> }
  | { step: 'late'; notice: LateNotice | null; isDoubtful: boolean };

export interface SendPorts {
  act(frame: ActFrame): Promise<Reply>;
  uploads: UploadPorts;
  packages(): Promise<OwnPackage[]>;
  keeper: PackageKeeper;
  newId(): string;
  /** The journal's public key that the round's policy names; it signs receipts, or one that followed it. */
  journalKey: string;
  rotations(): Promise<unknown>;
}

const PAUSE_MS = 1_500;
// With a connection that answers, more rounds mean that something else is wrong.
const MOST_ROUNDS = 20;

export async function sendPackage(ports: SendPorts, kept: KeptPackage, tell: (step: SendStep) => void): Promise<SendStep> {
  const lotId = kept.header.lot;
  try {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const uploadId = kept.tech === null ? null : await uploadOf(ports, kept, kept.tech, tell);
      tell({ step: 'committing' });
      const reply = await ports.act({ type: 'commit_package', request_id: ports.newId(), lot_id: lotId, header: kept.header, price: { ct: kept.price }, upload_id: uploadId });
      const ended = reply.state === 'refused' && reply.code === 'UPLOAD_INCOMPLETE' ? null : await endOf(ports, kept, reply);
      if (ended !== null) return ended;
      tell({ step: 'asking' });
      const found = (await asked(ports)).find((own) => own.lot_id === lotId && own.package === kept.digest && own.state === 'live');
      if (found !== undefined) return await receipted(ports, kept, found.receipt);
      await ports.uploads.pause(PAUSE_MS);
    }
  } catch (error) {
    return await stopped(ports, kept, error);
  }
  return { step: 'refused', code: 'UNREACHABLE', detail: {} };
}

async function uploadOf(ports: SendPorts, kept: KeptPackage, ct: NonNullable<KeptPackage['tech']>, tell: (step: SendStep) => void): Promise<string> {
  const sha256 = digestsIn(kept.header)['tech'] ?? '';
  tell({ step: 'uploading', sent: 0, size: ct.length, isCut: false });
  return upload(ports.uploads, { lotId: kept.header.lot, ct, sha256 }, (told) => tell({ step: 'uploading', ...told }));
}

/** An upload that is refused: too late is said as what it is. */
async function stopped(ports: SendPorts, kept: KeptPackage, error: unknown): Promise<SendStep> {
  const problem = asProblem(error);
  if (problem.code === 'LATE') {
    await ports.keeper.drop(kept.header.lot);
    return { step: 'late', notice: null, isDoubtful: false };
  }
  return { step: 'refused', code: problem.code, detail: problem.detail };
}

async function endOf(ports: SendPorts, kept: KeptPackage, reply: Reply): Promise<SendStep | null> {
  if (reply.state === 'receipt') return receipted(ports, kept, reply.receipt);
  if (reply.state !== 'refused') return null;
  // A refused package will never be taken: what was typed is still in the draft.
  if (!kept.isReceipted) await ports.keeper.drop(kept.header.lot);
  if (reply.code === 'LATE') {
    const fault = reply.lateNotice === null ? null : await checkLateNotice(reply.lateNotice, await keyFor(ports, reply.lateNotice));
    return { step: 'late', notice: reply.lateNotice, isDoubtful: fault !== null };
  }
  return { step: 'refused', code: reply.code, detail: reply.detail };
}

async function receipted(ports: SendPorts, kept: KeptPackage, receipt: Receipt): Promise<SendStep> {
  await ports.keeper.keep(kept.header.lot, { ...kept, isReceipted: true });
  const fault = await checkReceipt(receipt, await keyFor(ports, receipt), kept.header);
  return { step: 'receipted', receipt, isDoubtful: fault !== null };
}

/** The own packages, asked for until there is an answer. */
async function asked(ports: SendPorts): Promise<OwnPackage[]> {
  for (;;) {
    try {
      return await ports.packages();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await ports.uploads.pause(PAUSE_MS);
    }
  }
}

/** The tombstone has a number of its own, one above the package that it withdraws. */
export async function withdrawPackage(ports: SendPorts, lotId: string, rev: number, tell: (step: SendStep) => void): Promise<SendStep> {
  try {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      tell({ step: 'withdrawing' });
      const reply = await ports.act({ type: 'withdraw_package', request_id: ports.newId(), lot_id: lotId, rev });
      if (reply.state === 'receipt') return await withdrawn(ports, reply.receipt);
      if (reply.state === 'refused' && reply.code === 'LATE') return { step: 'late', notice: reply.lateNotice, isDoubtful: false };
      if (reply.state === 'refused') return { step: 'refused', code: reply.code, detail: reply.detail };
      tell({ step: 'asking' });
      const found = (await asked(ports)).find((own) => own.lot_id === lotId && own.rev === rev && own.state === 'withdrawal');
      if (found !== undefined) return await withdrawn(ports, found.receipt);
      await ports.uploads.pause(PAUSE_MS);
    }
  } catch (error) {
    const problem = asProblem(error);
    return { step: 'refused', code: problem.code, detail: problem.detail };
  }
  return { step: 'refused', code: 'UNREACHABLE', detail: {} };
}

async function withdrawn(ports: SendPorts, receipt: Receipt): Promise<SendStep> {
  await ports.keeper.drop(receipt.lot);
  return { step: 'receipted', receipt, isDoubtful: (await checkReceipt(receipt, await keyFor(ports, receipt))) !== null };
}

/** A round may last longer than a key of the journal. Without its rotations the policy's key alone counts. */
async function keyFor(ports: SendPorts, receipt: object): Promise<string> {
  return vouchingKey(ports.journalKey, receipt, () => ports.rotations().catch(() => []));
}
