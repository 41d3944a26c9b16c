// An error in plain words with its code; what was typed stays (SCREENS.md 1.2). Texts come from the codes' catalogue.

import type { ReactNode } from 'react';

import { asProblem, type Problem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';

import { Banner } from './banner';
import { Button } from './button';

/** The sentence of a problem in the reader's language. */
export function useProblemText(): (error: unknown) => string {
  const { t, find } = useWords();
  return (error) => {
    const problem = asProblem(error);
    return find(`codes:${problem.code}`, t('codes:UNEXPECTED'), { ...problem.detail });
  };
}

interface ProblemAlertProps {
  error: unknown;
  title?: string;
  onRetry?: () => void;
  children?: ReactNode;
}

export function ProblemAlert({ error, title, onRetry, children }: ProblemAlertProps) {
  const { t } = useWords();
  const say = useProblemText();
  if (!error) return null;
  const problem: Problem = asProblem(error);
  return (
    <Banner
      tone="bad"
      title={title ?? say(problem)}
      actions={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t('actions.retry')}
          </Button>
        )
      }
    >
      {title && <p>{say(problem)}</p>}
      {children}
      <p className="small muted">
        <code>{problem.code}</code>
      </p>
    </Banner>
  );
}
