// The draft on the certification desk: texts as typed, the preview from them, and the body to send once all is right.

import { useState } from 'react';

import {
  ASPECTS, DEFAULT_MINIMUMS, DEFAULT_WEIGHTS, dayAfter, endOfDay, markFault, previewScore, weightsFit, type Aspect, type Grade, type Marks,
} from '@/domain/certification';
import { isAmount, multiply, rescale, scaleOf } from '@/domain/money';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';

import { percentOf } from './grade';
import type { CertificationForm, Dossier } from './queries';
import { useAssessment, type Assessment, type Figures } from './survey-queries';

// domain/certification.py, LONGEST_VALIDITY; one year is the usual rhythm of audits.
const LONGEST_DAYS = 3 * 366 - 1;
const USUAL_DAYS = 365;

export interface CertificationDraft {
  marks: Marks;
  /** In percent, as typed. */
  percents: Marks;
  weights: Marks;
  minimums: Marks;
  preview: { score: string; grade: Grade } | null;
  day: string;
  firstDay: string;
  latestDay: string;
  dayError: string | null;
  note: string;
  weightsError: string | null;
  markError: (aspect: Aspect) => string | null;
  /** What the sub-criteria give; a mark typed stands for it, with its reason. */
  assessment: Assessment | null;
  assessError: unknown;
  figures: Figures;
  typed: Marks;
  reasons: Marks;
  reasonError: (aspect: Aspect) => string | null;
  setFigures: (figures: Figures) => void;
  setReason: (aspect: Aspect, reason: string) => void;
  setMark: (aspect: Aspect, mark: string) => void;
  setPercent: (aspect: Aspect, percent: string) => void;
  setDay: (day: string) => void;
  setNote: (note: string) => void;
  /** The body to send, or null with every fault shown. */
  check: () => CertificationForm | null;
}

function percentsOf(weights: Marks): Marks {
  return { quality: percentOf(weights.quality), delivery: percentOf(weights.delivery), credit: percentOf(weights.credit) };
}

/** "50" as "0.5"; what is no percentage stays empty and fits nothing. */
function shareOf(percent: string): string {
  return isAmount(percent) && scaleOf(percent) <= 2 ? rescale(multiply(percent, '0.01', 4), 4) : '0';
}

const NONE: Marks = { quality: '', delivery: '', credit: '' };

/** The figures an assessor typed, as the service keeps them. */
function typedFigures(assessment: Assessment | null): Figures {
  const parts = assessment?.parts.filter((one) => one.source === 'assessor' && one.figure !== null) ?? [];
  return Object.fromEntries(parts.map((one) => [one.sub, one.figure ?? '']));
}

export function useCertificationDraft(dossier: Dossier): CertificationDraft {
  const { t } = useWords('suppliers');
  const before = dossier.current;
  const [typed, setTyped] = useState<Marks>(NONE);
  const [reasons, setReasons] = useState<Marks>(NONE);
  const [changed, setChanged] = useState<Figures | null>(null);
  const query = useAssessment(dossier.id, changed);
  const assessment = query.data ?? null;
  const figures = changed ?? typedFigures(assessment);
  const markOf = (aspect: Aspect) => (typed[aspect] === '' ? (assessment?.computed[aspect] ?? '') : typed[aspect]);
  const marks: Marks = { quality: markOf('quality'), delivery: markOf('delivery'), credit: markOf('credit') };
  const isUnreasoned = (aspect: Aspect) => typed[aspect] !== '' && reasons[aspect].trim().length < 5;
  const [percents, setPercents] = useState<Marks>(percentsOf(before?.weights ?? DEFAULT_WEIGHTS));
  const [now] = useState(() => serverClock.now());
  const [day, setDay] = useState(dayAfter(now, USUAL_DAYS));
  const [note, setNote] = useState('');
  const [isAsked, setAsked] = useState(false);
  const minimums = before?.minimums ?? DEFAULT_MINIMUMS;
  const weights: Marks = { quality: shareOf(percents.quality), delivery: shareOf(percents.delivery), credit: shareOf(percents.credit) };
  const faults = ASPECTS.map((aspect) => markFault(marks[aspect], minimums[aspect]));
  const fits = weightsFit(weights);
  const latestDay = dayAfter(now, LONGEST_DAYS);
  const firstDay = dayAfter(now, 1);
  const isDayRight = /^\d{4}-\d\d-\d\d$/.test(day) && day >= firstDay && day <= latestDay;
  const isCountable = fits && faults.every((fault) => fault === null || fault === 'below_minimum');
  return {
    marks,
    percents,
    weights,
    minimums,
    preview: isCountable ? previewScore(marks, weights) : null,
    day,
    firstDay,
    latestDay,
    note,
    dayError: isDayRight || !(isAsked || day) ? null : t('certify.day_fault', { first: firstDay, latest: latestDay }),
    weightsError: fits ? null : t('codes:WEIGHTS_NOT_100'),
    markError: (aspect) => {
      const fault = markFault(marks[aspect], minimums[aspect]);
      // An empty field is no fault before somebody asks to submit.
      if (fault === null || (fault === 'missing' && !isAsked)) return null;
      return t(`certify.mark_fault.${fault}`, { least: minimums[aspect] });
    },
    assessment,
    assessError: query.error,
    figures,
    typed,
    reasons,
    reasonError: (aspect) => (isAsked && isUnreasoned(aspect) ? t('common:form.too_short', { count: 5 }) : null),
    setFigures: setChanged,
    setReason: (aspect, reason) => setReasons({ ...reasons, [aspect]: reason }),
    setMark: (aspect, mark) => setTyped({ ...typed, [aspect]: mark }),
    setPercent: (aspect, percent) => setPercents({ ...percents, [aspect]: percent }),
    setDay,
    setNote,
    check: () => {
      setAsked(true);
      if (!fits || !isDayRight || faults.some((fault) => fault !== null) || ASPECTS.some(isUnreasoned)) return null;
      const given = ASPECTS.filter((aspect) => typed[aspect] !== '');
      return {
        ...Object.fromEntries(given.map((aspect) => [aspect, typed[aspect]])),
        assessed: { figures, reasons: Object.fromEntries(given.map((aspect) => [aspect, reasons[aspect].trim()])) },
        weights,
        valid_until: endOfDay(day),
        note: note.trim(),
      };
    },
  };
}
