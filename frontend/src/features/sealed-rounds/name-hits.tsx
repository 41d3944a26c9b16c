// Finds of the own name in what will be marked blind (AN-04): each is corrected, or said to identify nobody.
import { useMemo } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { scanForNames, type NameHit, type ScannedText } from '@/sealing/seal';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';

import type { FilePart } from './file-look';
import { textsOf } from './offer';
import type { LotDesk, OfferFile } from './offer-desk';
import { useOwnNames, type Criterion } from './queries';
import css from './sealed.module.css';
import { lookedAt, useLooked } from './use-looked';

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

// Where a find in a file stands: the file's id and which part of it, apart from a criterion's id.
const PLACE = /^file:(.+):(name|metadata|content)$/;

export function useNameHits(criteria: readonly Criterion[], held: LotDesk): FoundNames {
  const own = useOwnNames();
  const { offer, files } = held;
  const isLooked = useLooked(files);
  const hits = useMemo(() => {
    if (criteria.length === 0 || own.data === undefined || !isLooked) return [];
    const found = scanForNames([...textsOf(criteria, offer), ...files.flatMap(textsIn)], own.data);
    return [...new Map(found.map((hit) => [hitKey(hit), hit])).values()];
  }, [criteria, offer, files, own.data, isLooked]);
  return { hits, isReady: criteria.length === 0 || (own.data !== undefined && isLooked), error: own.error, retry: () => void own.refetch() };
}

function textsIn(file: OfferFile): ScannedText[] {
  return (lookedAt(file)?.texts ?? []).map(({ part, text }) => ({ where: `file:${file.id}:${part}`, text }));
}

interface NameHitsProps {
  names: FoundNames;
  criteria: readonly Criterion[];
  files: readonly OfferFile[];
  cleared: readonly string[];
  onClear: (cleared: readonly string[]) => void;
  onCorrect: (where: string) => void;
  onClean: (fileId: string) => void;
}

export function NameHits({ names, criteria, files, cleared, onClear, onCorrect, onClean }: NameHitsProps) {
  const { t, lang } = useWords('sealed-rounds');
  if (names.error !== null && !names.isReady) {
    return (
      <Banner tone="warn" role="alert" title={t('names.unknown')} actions={<Button size="small" onClick={names.retry}>{t('common:actions.retry')}</Button>}>
        {t('names.unknown_why')}
      </Banner>
    );
  }
  if (!names.isReady || names.hits.length === 0) return null;
  const fileOf = (where: string) => files.find((file) => file.id === PLACE.exec(where)?.[1]);
  const placeOf = (where: string) => {
    const [file, part] = [fileOf(where), PLACE.exec(where)?.[2] as FilePart | undefined];
    if (file !== undefined && part !== undefined) return `${file.name} (${t(`names.part.${part}`)})`;
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
          const file = fileOf(hit.where);
          // What stands in the text itself only its author can take out.
          const canClean = file !== undefined && file.isCleaned !== true && !hit.where.endsWith(':content');
          return (
            <li key={key}>
              <p>
                <mark>{hit.found}</mark> · {t(`names.kind.${hit.kind}`)} · {placeOf(hit.where)}
              </p>
              <div className="row">
                {canClean && (
                  <Button size="small" onClick={() => onClean(file.id)}>
                    {t('names.clean')}
                  </Button>
                )}
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
