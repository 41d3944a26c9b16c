// Finds of the own name in what will be marked blind (AN-04): each is corrected, or said to identify nobody.
import { useMemo } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { scanForNames, type NameHit, type ScannedText } from '@/sealing/seal';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';

import { textsOf } from './offer';
import type { LotDesk, OfferFile } from './offer-desk';
import { useOwnNames, type Criterion } from './queries';
import css from './sealed.module.css';

export interface FoundNames {
  hits: readonly NameHit[];
  /** False until the own names are known: what was not looked through is not sealed. */
  isReady: boolean;
  error: unknown;
  retry: () => void;
}

/** The same find at the same words stays cleared; another text is looked at anew. */
export function hitKey(hit: NameHit): string {
  return [hit.where, hit.kind, hit.found].join('|');
}

// Of larger text files the beginning is looked through; other formats by their name alone.
const MOST_SCANNED = 2_000_000;

export function useNameHits(criteria: readonly Criterion[], held: LotDesk): FoundNames {
  const own = useOwnNames();
  const { offer, files } = held;
  const hits = useMemo(() => {
    if (criteria.length === 0 || own.data === undefined) return [];
    const found = scanForNames([...textsOf(criteria, offer), ...files.flatMap(textsIn)], own.data);
    return [...new Map(found.map((hit) => [hitKey(hit), hit])).values()];
  }, [criteria, offer, files, own.data]);
  return { hits, isReady: criteria.length === 0 || own.data !== undefined, error: own.error, retry: () => void own.refetch() };
}

function textsIn({ name, type, content }: OfferFile): ScannedText[] {
  const texts = [{ where: name, text: name }];
  if (content === null || !(type.startsWith('text/') || /\.(csv|txt|md)$/i.test(name))) return texts;
  return [...texts, { where: name, text: new TextDecoder().decode(content.subarray(0, MOST_SCANNED)) }];
}

interface NameHitsProps {
  names: FoundNames;
  criteria: readonly Criterion[];
  cleared: readonly string[];
  onClear: (cleared: readonly string[]) => void;
  onCorrect: (where: string) => void;
}

export function NameHits({ names, criteria, cleared, onClear, onCorrect }: NameHitsProps) {
  const { t, lang } = useWords('sealed-rounds');
  if (names.error !== null && !names.isReady) {
    return (
      <Banner tone="warn" role="alert" title={t('names.unknown')} actions={<Button size="small" onClick={names.retry}>{t('common:actions.retry')}</Button>}>
        {t('names.unknown_why')}
      </Banner>
    );
  }
  if (!names.isReady || names.hits.length === 0) return null;
  const placeOf = (where: string) => {
    const criterion = criteria.find((each) => each.id === where);
    return criterion === undefined ? where : `${String(criterion.number)}. ${pick(lang, { zh: criterion.title_zh, en: criterion.title_en })}`;
  };
  const toggle = (key: string, isOn: boolean) => onClear(isOn ? [...cleared, key] : cleared.filter((each) => each !== key));
  return (
    <Banner tone="warn" role="alert" title={t('names.title', { count: names.hits.length })}>
      <p>{t('names.why')}</p>
      <ul className={css['hits']}>
        {names.hits.map((hit) => {
          const key = hitKey(hit);
          return (
            <li key={key}>
              <p>
                <mark>{hit.found}</mark> · {t(`names.kind.${hit.kind}`)} · {placeOf(hit.where)}
              </p>
              <div className="row">
                <Button size="small" onClick={() => onCorrect(hit.where)}>
                  {t('names.correct')}
                </Button>
                <CheckField label={t('names.clear', { found: hit.found })} checked={cleared.includes(key)} onChange={(event) => toggle(key, event.target.checked)} />
              </div>
            </li>
          );
        })}
      </ul>
    </Banner>
  );
}
