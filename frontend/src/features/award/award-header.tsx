// The head of both pages: the tender by its title, its state, the way back to it.

import type { ReactNode } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { PageHeader } from '@/ui/page-header';
import { StateTag } from '@/ui/state-tag';

import type { StaffTender, SupplierTender } from './queries';

interface AwardHeaderProps {
  tender: StaffTender | SupplierTender;
  what: string;
  actions?: ReactNode;
}

export function AwardHeader({ tender, what, actions }: AwardHeaderProps) {
  const { t, lang } = useWords('award');
  const title = pick(lang, titlesOf(tender));
  return (
    <PageHeader
      back={{ to: `/tenders/${tender.id}`, label: t('back') }}
      title={`${what}${t('common:colon')}${title}`}
      mark={<StateTag kind="tender" state={tender.state} />}
      lead={tender.reference}
      actions={actions}
    />
  );
}

function titlesOf(tender: StaffTender | SupplierTender): { zh: string; en: string } {
  if (tender.audience === 'staff') return { zh: tender.title_zh, en: tender.title_en };
  const text = (key: string) => (typeof tender.document[key] === 'string' ? tender.document[key] : '');
  return { zh: text('title_zh'), en: text('title_en') };
}
