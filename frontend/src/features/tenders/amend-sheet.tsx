// An amendment after publication: texts, and times that only move later. Suppliers read the summary and must agree anew.
import { useState } from 'react';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { liveRulesOf, sealedRulesOf, useTenderAct, type StaffTender, type TenderDocument } from './api';
import { useFaultText } from './draft-field';
import { useFieldName } from './field-name';
import { localTime } from './local-time';

interface Changes {
  told_zh: string;
  told_en: string;
  summary_zh: string;
  summary_en: string;
  terms_zh: string;
  terms_en: string;
  response_due: string;
  /** Of the live round; '' where there is none. */
  opens_at: string;
  sealed_opens_at: string;
  sealed_closes_at: string;
}

const TIMES = ['sealed_opens_at', 'sealed_closes_at', 'opens_at'] as const;
const TIME_NAMES = { sealed_opens_at: 'sealed.opens', sealed_closes_at: 'sealed.closes', opens_at: 'times.opens' } as const;

export function AmendSheet({ tender, document, onClose }: { tender: StaffTender; document: TenderDocument; onClose: () => void }) {
  const { t } = useWords('tenders');
  const before = startOf(document);
  const [changes, setChanges] = useState<Changes>(before);
  const [isTried, setTried] = useState(false);
  const act = useTenderAct(tender.id);
  const set = (name: keyof Changes) => (event: { target: { value: string } }) => setChanges({ ...changes, [name]: event.target.value });
  const isUntold = changes.told_zh.trim() === '' || changes.told_en.trim() === '';
  const propose = () => {
    setTried(true);
    if (isUntold) return;
    act.mutate(
      { act: 'amendments', body: amendmentOf(before, changes) },
      {
        onSuccess: () => {
          announce(t('acts.proposed'));
          onClose();
        },
      },
    );
  };
  const missing = (name: 'told_zh' | 'told_en') => (isTried && changes[name].trim() === '' ? t('common:form.required') : null);
  return (
    <Sheet
      as="drawer"
      title={t('amend.title')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={act.isPending} onClick={propose}>
            {t('amend.propose')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <Banner tone="warn">{t('amend.effect')}</Banner>
        <AreaField label={t('amend.told_zh')} lang="zh-CN" value={changes.told_zh} onChange={set('told_zh')} error={missing('told_zh')} />
        <AreaField label={t('amend.told_en')} lang="en" value={changes.told_en} onChange={set('told_en')} error={missing('told_en')} />
        <TextField label={t('times.response_due')} hint={t('amend.later')} type="datetime-local" value={changes.response_due} min={before.response_due} onChange={set('response_due')} />
        {TIMES.filter((name) => before[name] !== '').map((name) => (
          <TextField key={name} label={t(before.sealed_opens_at !== '' && name === 'opens_at' ? 'times.live_opens' : TIME_NAMES[name])} hint={t('amend.later')} type="datetime-local" value={changes[name]} min={before[name]} onChange={set(name)} />
        ))}
        {(['summary', 'terms'] as const).flatMap((part) =>
          (['zh', 'en'] as const).map((tongue) => (
            <AreaField key={`${part}_${tongue}`} label={t(`form.${part}_${tongue}`)} lang={tongue} value={changes[`${part}_${tongue}`]} onChange={set(`${part}_${tongue}`)} />
          )),
        )}
        <ProblemAlert error={act.error}>
          <Faults error={act.error} />
        </ProblemAlert>
      </div>
    </Sheet>
  );
}

/** What keeps the amendment back, field by field. */
function Faults({ error }: { error: unknown }) {
  const say = useFaultText();
  const nameOf = useFieldName();
  const { code, detail } = asProblem(error);
  if (code !== 'INCOMPLETE') return null;
  return (
    <ul>
      {Object.entries(detail).map(([field, fault]) => (
        <li key={field}>
          <b>{nameOf(field)}</b> {say({ field, code: fault, detail: {} })}
        </li>
      ))}
    </ul>
  );
}

function startOf(document: TenderDocument): Changes {
  const { summary_zh, summary_en, terms_zh, terms_en, times, time_zone: zone } = document;
  const [live, sealed] = [liveRulesOf(document), sealedRulesOf(document)];
  return {
    told_zh: '',
    told_en: '',
    summary_zh,
    summary_en,
    terms_zh,
    terms_en,
    response_due: localTime(times.response_due_at, zone),
    opens_at: live === undefined ? '' : localTime(live.opens_at, zone),
    sealed_opens_at: sealed === undefined ? '' : localTime(sealed.opens_at, zone),
    sealed_closes_at: sealed === undefined ? '' : localTime(sealed.closes_at, zone),
  };
}

/** Only what differs: texts left out stay as they are. */
export function amendmentOf(before: Changes, after: Changes): Record<string, string> {
  const named = {
    tender_summary_zh: 'summary_zh',
    tender_summary_en: 'summary_en',
    terms_zh: 'terms_zh',
    terms_en: 'terms_en',
    response_due: 'response_due',
    opens_at: 'opens_at',
    sealed_opens_at: 'sealed_opens_at',
    sealed_closes_at: 'sealed_closes_at',
  } as const;
  const changed = Object.entries(named).filter(([, name]) => after[name] !== before[name]);
  return {
    summary_zh: after.told_zh.trim(),
    summary_en: after.told_en.trim(),
    ...Object.fromEntries(changed.map(([field, name]) => [field, after[name]])),
  };
}
