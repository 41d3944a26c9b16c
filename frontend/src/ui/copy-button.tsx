// Copies a text and says so.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';

import { announce } from './announcer';
import { Button } from './button';

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useWords();
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No permission or no secure address: the text stays there to be marked by hand.
      return;
    }
    setDone(true);
    announce(t('actions.copied'));
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button size="small" look="quiet" icon={isDone ? 'check' : 'copy'} onClick={() => void copy()}>
      {isDone ? t('actions.copied') : (label ?? t('actions.copy'))}
    </Button>
  );
}
