// What a member's device remembers of its own seat: the public key that was made here, and the policy that was compared
// and confirmed. A service that shows another one later is not believed (SEALING.md section 6 point 1). Nothing secret.

export interface OwnMemory {
  /** Hex, of the key that was made on this device. */
  public?: string;
  /** Digest of the key policy that was confirmed on this device. */
  confirmed?: string;
}

function nameOf(round: string, seat: number): string {
  return `bidroom.member.${round}.${String(seat)}`;
}

export function recall(round: string, seat: number): OwnMemory {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(nameOf(round, seat)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const { public: key, confirmed } = stored as Record<string, unknown>;
    return { ...(typeof key === 'string' ? { public: key } : {}), ...(typeof confirmed === 'string' ? { confirmed } : {}) };
  } catch {
    return {};
  }
}

export function remember(round: string, seat: number, memory: OwnMemory): void {
  try {
    localStorage.setItem(nameOf(round, seat), JSON.stringify(memory));
  } catch {
    // A full or locked-down storage: then the member compares once more when it matters.
  }
}
