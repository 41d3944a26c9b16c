// Where an act asks for a fresh proof, the sheet comes over the page, and the act goes on after it (ACCESS.md section 1).

import { lazy, Suspense, useEffect, useRef, useState } from 'react';

import { onStepUp } from '@/api/client';
import { useMe } from '@/api/session';
import { openBooks } from '@/i18n/start';

const StepUpSheet = lazy(async () => {
  const [module] = await Promise.all([import('@/features/identity/step-up-sheet'), openBooks(['security', 'identity'])]);
  return module;
});

interface Asked {
  act: string;
  waiting: ((isProven: boolean) => void)[];
}

export function StepUp() {
  const me = useMe();
  const [act, setAct] = useState<string | null>(null);
  const asked = useRef<Asked | null>(null);
  useEffect(() => {
    onStepUp(
      (wanted) =>
        new Promise((resolve) => {
          // Two acts at once wait for one proof.
          if (asked.current === null) {
            asked.current = { act: wanted, waiting: [] };
            setAct(wanted);
          }
          asked.current.waiting.push(resolve);
        }),
    );
    return () => onStepUp(null);
  }, []);
  if (act === null || !me) return null;
  const done = (isProven: boolean) => {
    const waiting = asked.current?.waiting ?? [];
    asked.current = null;
    setAct(null);
    for (const resolve of waiting) resolve(isProven);
  };
  return (
    <Suspense fallback={null}>
      <StepUpSheet me={me} act={act} onDone={done} />
    </Suspense>
  );
}
