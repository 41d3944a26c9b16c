// The head of the evaluator's pages: the tender by its title, the own state, the way back to the list.

import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Tag } from '@/ui/state-tag';

import type { SheetState } from './queries';
import { StateMark } from './state-mark';
import { titleOf } from './words-of';

interface EvaluationHeaderProps {
  tender: { tender_id: string; reference: string; title_zh: string; title_en: string };
  what: string;
  state?: SheetState;
  isChair?: boolean;
}

export function EvaluationHeader({ tender, what, state, isChair = false }: EvaluationHeaderProps) {
  const { t, lang } = useWords('evaluation');
  return (
    <PageHeader
      back={{ to: '/evaluations', label: t('mine.title') }}
      title={`${what}${t('common:colon')}${titleOf(lang, tender)}`}
      mark={
        <>
          {state && <StateMark state={state} />} {isChair && <Tag>{t('chair')}</Tag>}
        </>
      }
      lead={tender.reference}
      actions={<ButtonLink to={`/tenders/${tender.tender_id}`}>{t('words:notice')}</ButtonLink>}
    />
  );
}
