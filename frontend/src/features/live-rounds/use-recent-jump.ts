import { useEffect, useRef, useState } from 'react';

// LR-05: the timer jumps with a highlight of five seconds.
const SHOWN_MS = 5_000;

/** True for a while after the close moved later by an extension. */
export function useRecentJump(closesAt: string, extensions: number): boolean {
  const before = useRef(extensions);
  const [isRecent, setRecent] = useState(false);
  useEffect(() => {
    if (extensions <= before.current) return undefined;
    before.current = extensions;
    setRecent(true);
    const timer = setTimeout(() => setRecent(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [extensions, closesAt]);
  return isRecent;
}
