// All own offers of one round on this device: drafts, files, packages on their way; for the screens to watch. Plain, so that
// a test can drive it without a page.
import { isPassing } from '@/api/problem';
import type { FileToSeal, Secrets } from '@/sealing/seal';

import type { DeviceStore } from './device-store';
import type { DraftStorage } from './draft-storage';
import { cleanCopy, cleanName } from './file-clean';
import { lookAt } from './file-look';
import type { KeptPackage } from './kept-package';
import { isOnItsWay } from './lot-state';
import type { OfferDraft } from './offer';
import type { Criterion, OwnPackage, SealedLot, SealedRound } from './queries';
import { sealOffer, type SealFault } from './sealing-offer';
import { sendPackage, withdrawPackage, type SendPorts, type SendStep } from './sending';

export interface OfferFile {
  id: string;
  name: string;
  type: string;
  size: number;
  state: 'reading' | 'ready' | 'failed';
  content: Uint8Array<ArrayBuffer> | null;
  /** A copy without its own name and metadata. */
  isCleaned?: boolean;
}

export interface LotDesk {
  offer: OfferDraft;
  files: readonly OfferFile[];
  kept: KeptPackage | null;
  step: SendStep | null;
  fault: SealFault | null;
  secrets: Secrets | null;
}

export interface DeskPorts extends SendPorts {
  drafts: DraftStorage;
  files: DeviceStore;
  filesKey(lotId: string): string;
  refresh(): void;
}

export class OfferDesk {
  private lots: Readonly<Record<string, LotDesk>>;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly ports: DeskPorts,
    lotIds: readonly string[],
  ) {
    const empty = (lotId: string): LotDesk => ({ offer: ports.drafts.read(lotId), files: [], kept: null, step: null, fault: null, secrets: null });
    this.lots = Object.fromEntries(lotIds.map((lotId) => [lotId, empty(lotId)]));
    for (const lotId of lotIds) void this.load(lotId);
  }

  view = (): Readonly<Record<string, LotDesk>> => this.lots;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  edit(lotId: string, change: Partial<OfferDraft>): void {
    const offer = { ...this.lot(lotId).offer, ...change };
    this.ports.drafts.write(lotId, offer);
    this.put(lotId, { offer, fault: null });
  }

  async addFiles(lotId: string, chosen: readonly File[]): Promise<void> {
    const added = chosen.map((file): OfferFile => ({ id: this.ports.newId(), name: file.name, type: file.type || 'application/octet-stream', size: file.size, state: 'reading', content: null }));
    this.putFiles(lotId, [...this.lot(lotId).files, ...added]);
    for (const [place, file] of chosen.entries()) {
      const id = added[place]?.id;
      const content = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);
      const read = (one: OfferFile): OfferFile => (one.id === id ? { ...one, content, state: content === null ? 'failed' : 'ready' } : one);
      this.putFiles(lotId, this.lot(lotId).files.map(read));
    }
  }

  /** The same file without its own name and metadata in its place. */
  async cleanFile(lotId: string, id: string): Promise<void> {
    const at = this.lot(lotId).files.findIndex((file) => file.id === id);
    const file = this.lot(lotId).files[at];
    if (file === undefined || file.content === null) return;
    const { kind } = await lookAt(file.name, file.content);
    const content = await cleanCopy(kind, file.content);
    const cleaned: OfferFile = { ...file, name: cleanName(kind, at + 1), content, size: content.length, isCleaned: true };
    this.putFiles(lotId, this.lot(lotId).files.map((one) => (one.id === id ? cleaned : one)));
  }

  removeFile(lotId: string, id: string): void {
    this.putFiles(lotId, this.lot(lotId).files.filter((file) => file.id !== id));
  }

  /** Seals what stands there now and sends it. */
  async seal(round: SealedRound, lot: SealedLot, criteria: readonly Criterion[]): Promise<void> {
    const lotId = lot.lot_id;
    if (this.isBusy(lotId)) return;
    this.put(lotId, { step: { step: 'sealing' }, fault: null });
    const { offer, files } = this.lot(lotId);
    const contents = files.flatMap(({ name, type, content }): FileToSeal[] => (content === null ? [] : [{ name, type, content }]));
    const sealed = await sealOffer(round, lot, offer, { criteria, files: contents });
    if ('code' in sealed) {
      this.put(lotId, { step: null, fault: sealed });
      return;
    }
    await this.ports.keeper.keep(lotId, sealed.kept);
    this.put(lotId, { kept: sealed.kept, secrets: sealed.secrets });
    await this.send(lotId);
  }

  /** A package that was sealed elsewhere. */
  async handIn(kept: KeptPackage): Promise<void> {
    const { lot: lotId } = kept.header;
    if (this.isBusy(lotId)) return;
    await this.ports.keeper.keep(lotId, kept);
    this.put(lotId, { kept, secrets: null, fault: null });
    await this.send(lotId);
  }

  /** The same package again: one whose fate is open, or the own copy of one that was altered in custody. */
  async send(lotId: string): Promise<void> {
    const { kept } = this.lot(lotId);
    if (kept === null) return;
    await this.end(lotId, sendPackage(this.ports, kept, (step) => this.put(lotId, { step })));
  }

  async withdraw(lot: SealedLot): Promise<void> {
    if (lot.current === null || this.isBusy(lot.lot_id)) return;
    this.put(lot.lot_id, { secrets: null });
    await this.end(lot.lot_id, withdrawPackage(this.ports, lot.lot_id, lot.current.rev + 1, (step) => this.put(lot.lot_id, { step })));
  }

  /** An unsent package is dropped; the draft stays. */
  async drop(lotId: string): Promise<void> {
    await this.ports.keeper.drop(lotId);
    this.put(lotId, { kept: null, step: null, secrets: null });
  }

  dismiss(lotId: string): void {
    this.put(lotId, { step: null });
  }

  private isBusy(lotId: string): boolean {
    const { step } = this.lot(lotId);
    return step !== null && isOnItsWay(step);
  }

  private async end(lotId: string, sent: Promise<SendStep>): Promise<void> {
    const step = await sent;
    this.put(lotId, { step, kept: await this.ports.keeper.load(lotId) });
    this.ports.refresh();
  }

  private async load(lotId: string): Promise<void> {
    const [files, kept] = await Promise.all([this.ports.files.get<OfferFile[]>(this.ports.filesKey(lotId)), this.ports.keeper.load(lotId)]);
    this.put(lotId, { files: [...(files ?? []), ...this.lot(lotId).files], kept });
    if (kept !== null && !kept.isReceipted) await this.ask(lotId, kept);
  }

  /** The page was left while a package was on its way: has the service got it? */
  private async ask(lotId: string, kept: KeptPackage): Promise<void> {
    this.put(lotId, { step: { step: 'asking' } });
    const own = await this.askOnce();
    const found = own.find((one) => one.lot_id === lotId && one.package === kept.digest);
    if (found === undefined) {
      this.put(lotId, { step: { step: 'unsent' } });
      return;
    }
    const known = { ...kept, isReceipted: true };
    await this.ports.keeper.keep(lotId, known);
    this.put(lotId, { kept: known, step: null });
    this.ports.refresh();
  }

  private async askOnce(): Promise<OwnPackage[]> {
    for (;;) {
      try {
        return await this.ports.packages();
      } catch (error) {
        if (!isPassing(error)) return [];
        await this.ports.uploads.pause(2_000);
      }
    }
  }

  private lot(lotId: string): LotDesk {
    const found = this.lots[lotId];
    if (found === undefined) throw new Error('no such lot here');
    return found;
  }

  private putFiles(lotId: string, files: readonly OfferFile[]): void {
    this.put(lotId, { files, fault: null });
    void this.ports.files.set(this.ports.filesKey(lotId), files.filter((file) => file.state === 'ready'));
  }

  private put(lotId: string, change: Partial<LotDesk>): void {
    this.lots = { ...this.lots, [lotId]: { ...this.lot(lotId), ...change } };
    for (const listener of this.listeners) listener();
  }
}
