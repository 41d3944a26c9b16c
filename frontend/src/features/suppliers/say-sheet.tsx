// One text for one act: a reason, an answer, a report, an appeal. What was typed stays when the act is refused.

import { useState, type ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

// suppliers/schemas.py, Reason.
const SHORTEST = 5;

interface SaySheetProps {
  title: string;
  lead?: ReactNode;
  label: string;
  hint?: string;
  error: unknown;
  isBusy: boolean;
  /** Each with its word; the first is the plain one. */
  acts: readonly { word: string; look?: 'primary' | 'danger'; onSay: (text: string) => void }[];
  onClose: () => void;
}

export function SaySheet({ title, lead, label, hint, error, isBusy, acts, onClose }: SaySheetProps) {
  const { t } = useWords('suppliers');
  const [text, setText] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = text.trim().length < SHORTEST;
  const say = (act: (text: string) => void) => {
    setAsked(true);
    if (!isShort) act(text.trim());
  };
  return (
    <Sheet
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          {acts.map((act) => (
            <Button key={act.word} look={act.look ?? 'primary'} busy={isBusy} onClick={() => say(act.onSay)}>
              {act.word}
            </Button>
          ))}
        </>
      }
    >
      <div className="stack">
        {lead && <p>{lead}</p>}
        <ProblemAlert error={error} />
        <AreaField
          label={label}
          hint={hint}
          value={text}
          maxLength={1000}
          error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST }) : null}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
    </Sheet>
  );
}
