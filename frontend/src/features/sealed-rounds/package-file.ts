// A package that was sealed elsewhere (`bidroom seal`, the sealing page): read, held against the round, ready to be sent.
// The service checks all of it again; here a wrong file is told before anything leaves the machine. Pure.
import { decode, packageDigest, sha256, type Bytes, type EnvelopeJson, type HeaderJson } from '@/sealing/seal';

import type { KeptPackage } from './kept-package';
import type { SealedLot, SealedRound } from './queries';

export type PackageFault = 'NOT_A_PACKAGE' | 'OTHER_ROUND' | 'OTHER_POLICY' | 'OTHER_REVISION' | 'ALTERED';

// Larger than the largest envelopes as text.
const MOST_BYTES = 100_000_000;

interface Parts {
  header: HeaderJson;
  price: string;
  tech: string | null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ctOf(value: unknown): string | null {
  return isRecord(value) && typeof value['ct'] === 'string' ? value['ct'] : null;
}

function isEnvelope(value: unknown): value is EnvelopeJson {
  if (!isRecord(value) || (value['kind'] !== 'tech' && value['kind'] !== 'price')) return false;
  const texts = [value['enc'], value['swrap'], value['commit'], value['ct_sha256']];
  return texts.every((text) => typeof text === 'string') && Number.isSafeInteger(value['size']) && Array.isArray(value['wraps']);
}

function partsIn(text: string): Parts | null {
  let value: unknown;
  try {
    value = text.length > MOST_BYTES ? null : JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value['v'] !== 1 || value['kind'] !== 'bidroom.package') return null;
  const { header, price, tech } = value;
  const [priceCt, techCt] = [ctOf(price), ctOf(tech)];
  if (!isRecord(header) || priceCt === null || (techCt === null && tech !== null && tech !== undefined)) return null;
  const texts = ['round', 'lot', 'tag', 'policy', 'prev'].map((name) => header[name]);
  const envelopes = header['envelopes'];
  if (!texts.every((each) => typeof each === 'string') || !Number.isSafeInteger(header['rev'])) return null;
  if (header['v'] !== 1 || !Array.isArray(envelopes) || !envelopes.every(isEnvelope)) return null;
  return { header: header as unknown as HeaderJson, price: priceCt, tech: techCt };
}

async function isWhole(envelope: EnvelopeJson | undefined, ct: Bytes | null): Promise<boolean> {
  if (envelope === undefined) return ct === null;
  return ct !== null && ct.length === envelope.size && (await sha256(ct)) === envelope.ct_sha256;
}

/** The package in a file, as if it had been sealed here; `stamp` is of what stands in the form at this moment. */
export async function packageIn(text: string, round: SealedRound, lot: SealedLot, stamp: string): Promise<KeptPackage | PackageFault> {
  const parts = partsIn(text);
  if (parts === null) return 'NOT_A_PACKAGE';
  const { header } = parts;
  if (header.round !== round.round_id || header.lot !== lot.lot_id || header.tag !== round.tag) return 'OTHER_ROUND';
  if (header.policy !== round.policy_digest) return 'OTHER_POLICY';
  const digest = await packageDigest(header).catch(() => '');
  // The very package that was receipted may come again: it mends what was altered in custody.
  const isSame = digest !== '' && digest === lot.current?.package;
  if (!isSame && (header.rev !== (lot.current?.rev ?? 0) + 1 || header.prev !== (lot.current?.package ?? ''))) return 'OTHER_REVISION';
  const of = (kind: EnvelopeJson['kind']) => header.envelopes.find((each) => each.kind === kind);
  const [price, tech] = [decode(parts.price), parts.tech === null ? null : decode(parts.tech)];
  const isComplete = of('price') !== undefined && (of('tech') !== undefined) === round.has_technical;
  if (!isComplete || !(await isWhole(of('price'), price)) || !(await isWhole(of('tech'), tech))) return 'ALTERED';
  return { header, digest, price: parts.price, tech, amount: '', stamp, isReceipted: false };
}
