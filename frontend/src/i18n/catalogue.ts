// The catalogue: one JSON file a feature and language. The base files come with the start, a feature's with its first page.
// Types come from the English files; a test holds the key sets of both languages equal.

import type { Lang } from '@/domain/lang';

import type enApprovals from './en/approvals.json';
import type enAudit from './en/audit.json';
import type enAward from './en/award.json';
import type enCalendar from './en/calendar.json';
import type enCockpit from './en/cockpit.json';
import type enCodes from './en/codes.json';
import type enCommittee from './en/committee.json';
import type enCommon from './en/common.json';
import type enContract from './en/contract.json';
import type enDecisionRoom from './en/decision-room.json';
import type enDemand from './en/demand.json';
import type enDocuments from './en/documents.json';
import type enDryRun from './en/dry-run.json';
import type enEvaluation from './en/evaluation.json';
import type enFields from './en/fields.json';
import type enFinalOffers from './en/final-offers.json';
import type enFormats from './en/formats.json';
import type enFrame from './en/frame.json';
import type enIdentity from './en/identity.json';
import type enLiveRounds from './en/live-rounds.json';
import type enNotices from './en/notices.json';
import type enOpening from './en/opening.json';
import type enPanel from './en/panel.json';
import type enPayments from './en/payments.json';
import type enPerformance from './en/performance.json';
import type enQuestions from './en/questions.json';
import type enReport from './en/report.json';
import type enRoomAids from './en/room-aids.json';
import type enScenario from './en/scenario.json';
import type enSealedRounds from './en/sealed-rounds.json';
import type enSecurity from './en/security.json';
import type enSignals from './en/signals.json';
import type enStandalone from './en/standalone.json';
import type enSuppliers from './en/suppliers.json';
import type enTenders from './en/tenders.json';
import type enWords from './en/words.json';

export interface Catalogue {
  committee: typeof enCommittee;
  common: typeof enCommon;
  words: typeof enWords;
  codes: typeof enCodes;
  formats: typeof enFormats;
  frame: typeof enFrame;
  fields: typeof enFields;
  identity: typeof enIdentity;
  notices: typeof enNotices;
  security: typeof enSecurity;
  signals: typeof enSignals;
  standalone: typeof enStandalone;
  suppliers: typeof enSuppliers;
  approvals: typeof enApprovals;
  audit: typeof enAudit;
  tenders: typeof enTenders;
  'live-rounds': typeof enLiveRounds;
  'sealed-rounds': typeof enSealedRounds;
  evaluation: typeof enEvaluation;
  opening: typeof enOpening;
  award: typeof enAward;
  calendar: typeof enCalendar;
  cockpit: typeof enCockpit;
  contract: typeof enContract;
  'final-offers': typeof enFinalOffers;
  panel: typeof enPanel;
  payments: typeof enPayments;
  performance: typeof enPerformance;
  questions: typeof enQuestions;
  report: typeof enReport;
  'decision-room': typeof enDecisionRoom;
  scenario: typeof enScenario;
  'room-aids': typeof enRoomAids;
  'dry-run': typeof enDryRun;
  documents: typeof enDocuments;
  demand: typeof enDemand;
}

export type Book = keyof Catalogue;

/** Loaded before the first page: every screen uses them. */
export const BASE_BOOKS = ['common', 'words', 'codes'] as const satisfies readonly Book[];

type BaseBook = (typeof BASE_BOOKS)[number];
type WithoutPlural<K extends string> = K extends `${infer Head}_one` | `${infer Head}_other` ? Head : K;
type Leaves<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${WithoutPlural<K>}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];
type BaseKey = { [B in BaseBook]: `${B}:${Leaves<Catalogue[B]>}` }[BaseBook];

/** What `t` of a book takes: the book's own keys, and `common:…`, `words:…`, `codes:…`. */
export type Key<B extends Book = BaseBook> = Leaves<Catalogue[B]> | BaseKey;

const FILES: Readonly<Record<Lang, Record<string, () => Promise<unknown>>>> = {
  zh: import.meta.glob('./zh/*.json', { import: 'default' }),
  en: import.meta.glob('./en/*.json', { import: 'default' }),
};

/** Fetches one file of the catalogue. */
export async function loadBook(lang: Lang, book: Book): Promise<object> {
  const load = FILES[lang][`./${lang}/${book}.json`];
  if (load === undefined) throw new Error(`no catalogue ${lang}/${book}`);
  return (await load()) as object;
}
