// The files of a lot, each looked through once: unpacking takes a moment.
import { useEffect, useState } from 'react';

import { lookAt, type Looked } from './file-look';
import type { OfferFile } from './offer-desk';

/** By the file's content: a cleaned copy is another file. */
const DONE = new WeakMap<Uint8Array, Looked>();

export function lookedAt(file: OfferFile): Looked | null {
  return file.content === null ? null : (DONE.get(file.content) ?? null);
}

/** False while one of them is still being looked through. */
export function useLooked(files: readonly OfferFile[]): boolean {
  const [, setTurn] = useState(0);
  const waiting = files.filter((file) => file.content !== null && lookedAt(file) === null);
  useEffect(() => {
    let isGone = false;
    const look = async () => {
      for (const { name, content } of waiting) if (content !== null) DONE.set(content, await lookAt(name, content));
      if (!isGone && waiting.length > 0) setTurn((turn) => turn + 1);
    };
    void look();
    return () => {
      isGone = true;
    };
  });
  return waiting.length === 0;
}
