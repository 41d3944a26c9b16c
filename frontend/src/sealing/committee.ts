// A committee's half of a lock: shares of a seed over GF(2^8), wrapped for each seat. Byte for byte as
// app/domain/sealing/committee.py; SEALING.md section 3.

import { encode, fromHex, toHex, utf8, type Bytes } from './bytes';
import { hkdf, hpkeSeal } from './suite';

/** k of these members (uncompressed points in hex, in the order of the seats) open together with the server's lock. */
export interface Committee {
  k: number;
  members: string[];
}

export interface WrapJson {
  enc: string;
  ct: string;
}

const SEED_BYTES = 32;
const POLYNOMIAL = 0x11b;
const ORDER = 255;

const EXP = new Uint8Array(2 * ORDER);
const LOG = new Uint8Array(ORDER + 1);
for (let power = 0, value = 1; power < ORDER; power += 1) {
  EXP[power] = value;
  EXP[power + ORDER] = value;
  LOG[value] = power;
  const doubled = value << 1;
  value ^= doubled > ORDER ? doubled ^ POLYNOMIAL : doubled;
}

function product(left: number, right: number): number {
  return left && right ? at(EXP, at(LOG, left) + at(LOG, right)) : 0;
}

function at(bytes: Uint8Array, place: number): number {
  return bytes[place] ?? 0;
}

/** The shares of a seed for the seats 1 to n; any k of them give it back. */
export async function split(seed: Bytes, k: number, n: number, ctx: string): Promise<Bytes[]> {
  const drawn = k > 1 ? await hkdf(seed, `coef|${ctx}`, SEED_BYTES * (k - 1)) : new Uint8Array(0);
  return Array.from({ length: n }, (_, index) => {
    const share = new Uint8Array(SEED_BYTES);
    for (let place = 0; place < SEED_BYTES; place += 1) {
      let value = 0;
      for (let power = k - 2; power >= 0; power -= 1) value = product(value, index + 1) ^ at(drawn, power * SEED_BYTES + place);
      share[place] = product(value, index + 1) ^ at(seed, place);
    }
    return share;
  });
}

/** The wraps of a seed, in the order of the seats. */
export async function makeWraps(committee: Committee, ctx: string, seed: Bytes): Promise<WrapJson[]> {
  const shares = await split(seed, committee.k, committee.members.length, ctx);
  const made: WrapJson[] = [];
  for (const [index, share] of shares.entries()) {
    const seat = index + 1;
    const ephemeral = await hkdf(seed, `eph|${seat}|${ctx}`);
    const wrap = await hpkeSeal(fromHex(committee.members[index] ?? '') ?? new Uint8Array(0), wrapInfo(seat, ctx), share, ephemeral);
    made.push({ enc: toHex(wrap.enc), ct: encode(wrap.ct) });
  }
  return made;
}

/** What a seat's wrap is bound to. */
export function wrapInfo(seat: number, ctx: string): Bytes {
  return utf8(`share|${seat}|${ctx}`);
}
