// Nobody there: the pages stop asking by themselves, so that a forgotten desk idles out (ACCESS.md section 1).
// TanStack Query's "focus" carries it: intervals rest without focus, and the return of a person asks everything anew.

import { focusManager } from '@tanstack/react-query';

// Shorter than the shortest idle time (15 minutes), longer than reading a page.
const ABSENT_AFTER_MS = 5 * 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Watches for signs of a person until the returned function is called. */
export function watchPresence(): () => void {
  let timer = 0;
  const tell = (isThere: boolean) => {
    const isFocused = isThere && document.visibilityState !== 'hidden';
    if (focusManager.isFocused() !== isFocused) focusManager.setFocused(isFocused);
  };
  const onSign = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => tell(false), ABSENT_AFTER_MS);
    tell(true);
  };
  const onVisibility = () => (document.visibilityState === 'visible' ? onSign() : tell(false));
  onSign();
  for (const sign of SIGNS) window.addEventListener(sign, onSign, { passive: true });
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    window.clearTimeout(timer);
    for (const sign of SIGNS) window.removeEventListener(sign, onSign);
    document.removeEventListener('visibilitychange', onVisibility);
    focusManager.setFocused(undefined);
  };
}
