// Verifying Ed25519 (RFC 8032 section 5.1.7) on BigInt: browsers of many firms do not know it yet. Strict as
// app/domain/ed25519.py: canonical encodings only, no point of small order, one spelling a signature.

import { concat, type Bytes } from './bytes';

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let left = exponent, square = mod(base); left > 0n; left >>= 1n, square = mod(square * square))
    if (left & 1n) result = mod(result * square);
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const SQRT_MINUS_ONE = power(2n, (P - 1n) / 4n);

// Extended homogeneous coordinates: x = X/Z, y = Y/Z, xy = T/Z.
type Point = readonly [bigint, bigint, bigint, bigint];
const NEUTRAL: Point = [0n, 1n, 1n, 0n];

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function pointOf(bytes: Uint8Array): Point | null {
  const data = littleEndian(bytes);
  const sign = data >> 255n;
  const y = data & (2n ** 255n - 1n);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * SQRT_MINUS_ONE);
  if (mod(x * x - square) || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function sum(first: Point, second: Point): Point {
  const a = mod((first[1] - first[0]) * (second[1] - second[0]));
  const b = mod((first[1] + first[0]) * (second[1] + second[0]));
  const c = mod(2n * first[3] * second[3] * D);
  const d = mod(2n * first[2] * second[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar: bigint, point: Point): Point {
  let total = NEUTRAL;
  for (let left = scalar, power = point; left > 0n; left >>= 1n, power = sum(power, power))
    if (left & 1n) total = sum(total, power);
  return total;
}

function isSame(first: Point, second: Point): boolean {
  return !mod(first[0] * second[2] - second[0] * first[2]) && !mod(first[1] * second[2] - second[1] * first[2]);
}

/** Whether the key signed the message. */
export async function isSignature(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const commitmentBytes = signature.subarray(0, 32);
  const [key, commitment] = [pointOf(publicKey), pointOf(commitmentBytes)];
  const base = pointOf(Uint8Array.from({ length: 32 }, (_, at) => (at ? 0x66 : 0x58)));
  const scalar = littleEndian(signature.subarray(32));
  if (!key || !commitment || !base || scalar >= ORDER || isSame(times(8n, key), NEUTRAL)) return false;
  const hash = await crypto.subtle.digest('SHA-512', concat(commitmentBytes, publicKey, message));
  const challenge = littleEndian(new Uint8Array(hash)) % ORDER;
  return isSame(times(scalar, base), sum(commitment, times(challenge, key)));
}
