// The sentences of announcer.ts in the reader's language.
import { formatInstant } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { wordsOf } from '@/i18n/use-words';
import { currentLang } from '@/i18n/start';

import type { Utterance } from './announcer';

/** The text of an utterance; instants in the tender's zone, codes as sentences. */
export function textOf(utterance: Utterance, zone: string): string {
  const lang = currentLang();
  const { t, find } = wordsOf(lang, 'live-rounds');
  const given = utterance.params;
  if (utterance.say === 'broadcast') {
    return t('say.broadcast', { text: pick(lang, { zh: wordIn(given['zh']), en: wordIn(given['en']) }) });
  }
  if (utterance.say === 'refused') {
    const reason = find(`codes:${wordIn(given['code'])}`, t('codes:UNEXPECTED'), { ...given });
    return given['next_valid'] ? t('say.refused', { ...given, reason }) : t('say.refused_plain', { reason });
  }
  return find(`say.${utterance.say}`, '', { ...given, time: timeIn(given, zone) });
}

function timeIn(given: Utterance['params'], zone: string): string {
  const at = given['closes_at'] ?? given['to'] ?? given['resume_at'];
  return typeof at === 'string' ? formatInstant(at, zone, 'time-second') : '';
}

function wordIn(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
