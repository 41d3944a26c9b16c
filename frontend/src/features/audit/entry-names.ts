// What an entry is about, by the names the auditor may see: the tender's reference, the lot's number, the alias.

import { pick, type Lang } from '@/domain/lang';
import { group, isAmount } from '@/domain/money';

import type { Entry, Filters } from './queries';

export interface EntryNames {
  tender: string | null;
  lot: number | null;
  alias: string | null;
}

export function namesOf(entry: Entry, filters: Filters | undefined): EntryNames {
  return {
    tender: filters?.tenders.find((tender) => tender.id === entry.tender)?.reference ?? null,
    lot: filters?.lots.find((lot) => lot.id === entry.lot)?.number ?? null,
    alias: entry.alias,
  };
}

export function tenderLabel(tender: Filters['tenders'][number], lang: Lang): string {
  return `${tender.reference} · ${pick(lang, { zh: tender.title_zh, en: tender.title_en })}`;
}

/** The few words of an entry's data that tell it from its neighbours: a name, an amount, a reason. */
export function gistOf(entry: Entry, lang: Lang, find: (key: string, otherwise: string) => string): string {
  const { data } = entry;
  const text = (key: string) => (typeof data[key] === 'string' ? data[key] : '');
  const name = pick(lang, { zh: text('name_zh') || text('title_zh') || text('zh'), en: text('name_en') || text('title_en') || text('en') }) || text('title');
  const amount = text('amount') || text('sent');
  const proposal = text('kind');
  const about = proposal && find(`words:proposals.${proposal.replaceAll('.', '_')}`, '');
  const parts = [about, name, isAmount(amount) ? group(amount) : '', [text('grade'), text('score')].filter(Boolean).join(' '), text('reason'), text('purpose')];
  return parts.filter(Boolean).join(' · ');
}

/** Where the thing itself can be seen. */
export function subjectPlace(entry: Entry): string | null {
  if (entry.tender) return `/tenders/${entry.tender}`;
  return entry.chain?.startsWith('supplier:') ? `/suppliers/${entry.chain.slice('supplier:'.length)}` : null;
}
