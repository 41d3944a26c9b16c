// A technical offer in the reader's words: its number, and what it answers a criterion with. Pure.

import { pick, type Lang } from '@/domain/lang';
import { unitText } from '@/domain/units';

/** The number of a T-alias: people read "Offer 3", "方案3". */
export function offerNumber(alias: string): string {
  return alias.replace(/^\D+/, '') || alias;
}

interface Asked {
  answer: 'text' | 'number' | 'choice';
  unit: string;
  choices: readonly { zh: string; en: string }[];
}

/** "128 kPa", the words of a choice, or the short text as it came. */
export function valueOf(lang: Lang, criterion: Asked, answer: { value: string } | undefined): string {
  if (answer === undefined) return '';
  if (criterion.answer === 'choice') {
    const chosen = /^\d+$/.test(answer.value) ? criterion.choices[Number(answer.value)] : undefined;
    return chosen === undefined ? answer.value : pick(lang, chosen);
  }
  return criterion.answer === 'number' && criterion.unit !== '' ? `${answer.value} ${unitText(lang, criterion.unit)}` : answer.value;
}
