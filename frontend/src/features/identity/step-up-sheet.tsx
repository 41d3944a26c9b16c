// The one sheet that asks for a fresh proof; the act that waits is sent again once it is there.

import type { Me } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Sheet } from '@/ui/sheet';

import { ProofForm } from './proof-form';

export default function StepUpSheet({ me, act, onDone }: { me: Me; act: string; onDone: (isProven: boolean) => void }) {
  const { t, find } = useWords('security');
  return (
    <Sheet title={t('step_up.title')} onClose={() => onDone(false)}>
      <div className="stack">
        <p>
          {find(`step_up.acts.${act}`, t('step_up.acts.other'))} {t('step_up.why')}
        </p>
        <ProofForm me={me} onProven={() => onDone(true)} />
      </div>
    </Sheet>
  );
}
