// What this device can do for a round, measured where it can be (SCREENS.md SP-05). Pure but for the browser it asks.
import { serverClock } from '@/domain/server-clock';

import type { Link } from './feed';

export type CheckName = 'line' | 'clock' | 'storage' | 'awake';
export type CheckState = 'good' | 'weak' | 'bad' | 'waiting';

export interface Check {
  name: CheckName;
  state: CheckState;
  /** Milliseconds, where there are any. */
  ms: number | null;
}

// A line slower than this makes the last seconds a matter of luck.
const SLOW_MS = 500;
// The room goes by the server's clock; a machine that is minutes off confuses its owner, not the room.
const ODD_CLOCK_MS = 60_000;
const KEY = 'bidroom.device.ready';
// As the pass of the practice: a device changes.
const VALID_MS = 14 * 24 * 3_600_000;

export function checksOf(link: Link): Check[] {
  return [lineCheck(link), clockCheck(), storageCheck(), { name: 'awake', state: 'wakeLock' in navigator ? 'good' : 'weak', ms: null }];
}

function lineCheck({ state, latencyMs }: Link): Check {
  if (state !== 'live' || latencyMs === null) return { name: 'line', state: 'waiting', ms: null };
  return { name: 'line', state: latencyMs > SLOW_MS ? 'weak' : 'good', ms: latencyMs };
}

function clockCheck(): Check {
  if (!serverClock.isSynced()) return { name: 'clock', state: 'waiting', ms: null };
  const off = Math.round(serverClock.machineOffMs());
  return { name: 'clock', state: Math.abs(off) > ODD_CLOCK_MS ? 'weak' : 'good', ms: off };
}

function storageCheck(): Check {
  try {
    localStorage.setItem(`${KEY}.try`, 'yes');
    localStorage.removeItem(`${KEY}.try`);
    return { name: 'storage', state: 'good', ms: null };
  } catch {
    return { name: 'storage', state: 'bad', ms: null };
  }
}

/** The device was looked through and found fit; kept on the device itself. */
export function keepDeviceReady(now: number): void {
  localStorage.setItem(KEY, String(now));
}

export function isDeviceReady(now: number): boolean {
  const at = Number(localStorage.getItem(KEY) ?? 'NaN');
  return Number.isFinite(at) && now - at < VALID_MS;
}
