// Tenders over HTTP: one query or act a function; shapes come from the OpenAPI document.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components, paths } from '@/api/schema';
import type { LiveRules } from '@/domain/bidding';

type Shapes = components['schemas'];
/** The body of a successful GET: by address, because the names of shapes change when two rooms choose the same one. */
type Answer<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } } ? Body : never;

export type Portfolio = Shapes['Portfolio'];
export type PortfolioRow = Shapes['PortfolioRow'];
export type InvitationRow = Shapes['InvitationRow'];
export type SupplierTender = Shapes['SupplierTender'];
// A stored draft has every member: the server fills in what a form left out.
export type LineDraft = Required<Shapes['LineForm']>;
export type LotDraft = Omit<Required<Shapes['LotForm']>, 'lines'> & { lines: LineDraft[] };
export type RulesDraft = Omit<Required<Required<Shapes['DraftForm']>['rules']>, 'step' | 'change_limit' | 'soft_close' | 'factors' | 'currencies'> & {
  factors: { measure: 'money' | 'percent' | null; grades: Required<Shapes['GradePointsForm']> } | null;
  currencies: (Omit<Required<Shapes['CurrenciesForm']>, 'rates'> & { rates: Required<Shapes['RateForm']>[] }) | null;
  step: Omit<Required<Shapes['StepForm']>, 'below'> & { below: Required<Shapes['StepBelowForm']>[] };
  change_limit: Required<Shapes['ChangeLimitForm']> | null;
  soft_close: Required<Shapes['SoftCloseForm']> | null;
};
export type SealedDraft = Required<Shapes['SealedForm']>;
export type CriterionDraft = Omit<Required<Shapes['CriterionForm']>, 'choices' | 'levels'> & { choices: WordingDraft[]; levels: WordingDraft[] };
export type WordingDraft = Required<Shapes['WordingForm']>;
export type GroupDraft = Required<Shapes['GroupForm']>;
export type JudgementsDraft = Required<Shapes['JudgementsForm']>;
export type TechnicalDraft = Omit<Required<Shapes['TechnicalForm']>, 'criteria' | 'groups' | 'ahp'> & { criteria: CriterionDraft[]; groups: GroupDraft[]; ahp: JudgementsDraft[] };
export type ShortlistDraft = Required<Shapes['ShortlistForm']>;
export type AbnormalDraft = { tests: Required<Shapes['AbnormalTestForm']>[]; answer_hours: number };
export type CertificationDraft = { minimum: Required<Shapes['LeastMarksForm']> | null; points: Required<Shapes['GradePointsForm']> | null };
export type FormulaDraft = Required<Shapes['FormulaForm']>;
export interface EvaluationDraft {
  technical: TechnicalDraft | null;
  price: { weight: string; formula: FormulaDraft };
  shortlist: ShortlistDraft;
  freeze_technical: boolean;
  abnormal: AbnormalDraft | null;
  split: { patterns: string[][] } | null;
  certification: CertificationDraft | null;
}
export type Draft = Omit<Required<Shapes['DraftForm']>, 'lots' | 'rules' | 'outside' | 'sealed' | 'evaluation' | 'questions'> & {
  questions: Required<Shapes['QuestionsForm']>;
  lots: LotDraft[];
  rules: RulesDraft;
  outside: Required<Shapes['OutsideForm']>[];
  sealed: SealedDraft | null;
  evaluation: EvaluationDraft | null;
};
export type StaffTender = Omit<Shapes['StaffTender'], 'draft'> & { draft: Draft | null };
export type Fault = Shapes['FaultView'];
export type Comparison = Shapes['ComparisonView'];
export type Formulas = Shapes['FormulasView'];
export type Parameter = Shapes['ParameterView'];
export type Preflight = Shapes['PreflightView'];
export type Field = Shapes['FieldView'];
export type Parsed = Shapes['ParsedView'];
export type ParsedRow = Shapes['ParsedRowView'];
export type ParsedCell = Shapes['ParsedCellView'];
export type AmendmentView = Shapes['AmendmentView'];
export type OwnResponse = Shapes['OwnResponse'];
export type Template = Shapes['TemplateView']['template'];
export type Sentences = Shapes['SentencesView'];

/** The frozen document as suppliers and auditors read it (app/domain/freezing.py). */
export interface TenderDocument {
  reference: string;
  terms_version: number;
  title_zh: string;
  title_en: string;
  summary_zh: string;
  summary_en: string;
  terms_zh: string;
  terms_en: string;
  category: string;
  currency: string;
  tax_basis: 'excluded' | 'included';
  time_zone: string;
  min_bidders: number;
  announce_winner: boolean;
  times: { response_due_at: string; opens_at: string };
  lots: readonly DocumentLot[];
  rounds: readonly DocumentRound[];
  /** Only with a sealed round. */
  evaluation?: DocumentEvaluation;
}

export interface SealedRules {
  opens_at: string;
  closes_at: string;
  custody: 'server';
  extension_s: number;
  has_technical: boolean;
  tech_bucket: number;
}

export type DocumentRound = { id: string; number: number } & ({ kind: 'sealed'; rules: SealedRules } | { kind: 'live'; rules: LiveRules });

export interface DocumentCriterion {
  id: string;
  number: number;
  title_zh: string;
  title_en: string;
  weight: string;
  threshold: string | null;
  levels: readonly { zh: string; en: string }[];
  parent?: string;
}

export interface DocumentGroup {
  id: string;
  title_zh: string;
  title_en: string;
  weight: string;
  parent?: string;
  threshold?: string;
}

export interface DocumentEvaluation {
  technical: { weight: string; threshold: string | null; aggregation: 'mean' | 'median' | 'trimmed_mean'; groups?: readonly DocumentGroup[]; criteria: readonly DocumentCriterion[] } | null;
  price: { weight: string; formula: { code: string } };
  shortlist: { count: number };
  freeze_technical: boolean;
}

/** The rules of the live round; undefined for a tender that is sealed alone. */
export function liveRulesOf(document: Pick<TenderDocument, 'rounds'>): LiveRules | undefined {
  return document.rounds.find((round) => round.kind === 'live')?.rules;
}

export function sealedRulesOf(document: Pick<TenderDocument, 'rounds'>): SealedRules | undefined {
  return document.rounds.find((round) => round.kind === 'sealed')?.rules;
}

export interface DocumentLot {
  id: string;
  number: number;
  title_zh: string;
  title_en: string;
  scale: number;
  basis: 'unit' | 'total';
  quantity: string;
  unit: string;
  ceiling_price: string;
  start_price: string | null;
  /** Of sealed tenders, where there is one. */
  minimum_price?: string;
  /** Where the lot has a secret reserve price. */
  reserve_commitment?: string;
  lines: readonly { number: number; item_code: string; description: string; quantity: string; unit: string }[];
}

export const keys = {
  list: ['tenders'] as const,
  one: (id: string) => ['tenders', id] as const,
  preflight: (id: string) => ['tenders', id, 'preflight'] as const,
  comparison: (id: string) => ['tenders', id, 'comparison'] as const,
  sentences: (id: string) => ['tenders', id, 'sentences'] as const,
  eligible: (id: string) => ['tenders', id, 'eligible'] as const,
};

export function usePortfolio() {
  return useQuery({ queryKey: keys.list, queryFn: () => send<Portfolio>('GET', '/api/tenders'), refetchInterval: 30_000 });
}

export function useInvitations() {
  return useQuery({
    queryKey: keys.list,
    queryFn: () => send<Shapes['OwnInvitations']>('GET', '/api/tenders'),
    refetchInterval: 15_000,
  });
}

export function useTender(id: string) {
  return useQuery({
    queryKey: keys.one(id),
    queryFn: () => send<StaffTender | SupplierTender>('GET', `/api/tenders/${id}`),
    refetchInterval: 30_000,
  });
}

export function useTemplates() {
  return useQuery({ queryKey: ['templates'], queryFn: () => send<Shapes['TemplateView'][]>('GET', '/api/templates'), staleTime: 600_000 });
}

export function useChoices() {
  return useQuery({ queryKey: ['tender-choices'], queryFn: () => send<Shapes['ChoicesView']>('GET', '/api/tender-choices'), staleTime: Infinity });
}

export function useCategories() {
  return useQuery({ queryKey: ['categories'], queryFn: () => send<Shapes['CategoryView'][]>('GET', '/api/categories'), staleTime: Infinity });
}

export function useSavings(enabled: boolean) {
  return useQuery({ queryKey: ['savings'], queryFn: () => send<Answer<'/api/savings'>>('GET', '/api/savings'), enabled });
}

export function usePreflight(id: string) {
  return useQuery({ queryKey: keys.preflight(id), queryFn: () => send<Preflight>('GET', `/api/tenders/${id}/preflight`), retry: false });
}

export function useSentences(id: string) {
  return useQuery({ queryKey: keys.sentences(id), queryFn: () => send<Sentences>('GET', `/api/tenders/${id}/sentences`), retry: false });
}

/** How offers are compared, in words and figures: of a draft as soon as this much of it can be read. */
export function useComparison(id: string, enabled = true) {
  return useQuery({ queryKey: keys.comparison(id), queryFn: () => send<Comparison>('GET', `/api/tenders/${id}/comparison`), enabled, retry: false });
}

/** Every price formula with all its parameters. */
export function useFormulas() {
  return useQuery({ queryKey: ['price-formulas'], queryFn: () => send<Formulas>('GET', '/api/price-formulas'), staleTime: Infinity });
}

export function useEligible(id: string) {
  return useQuery({ queryKey: keys.eligible(id), queryFn: () => send<Field>('GET', `/api/tenders/${id}/eligible`), retry: false });
}

export function useCreateTender() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { template?: Template; copy_of?: string }) => send<Shapes['Created']>('POST', '/api/tenders', body),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.list, exact: true }),
  });
}

export function saveDraft(id: string, version: number, draft: Draft): Promise<StaffTender> {
  return send<StaffTender>('PUT', `/api/tenders/${id}`, { ...draft, version });
}

export type TenderAct =
  | { act: 'submit'; body: { version: number } }
  | { act: 'amendments'; body: Partial<Shapes['AmendTender']> }
  | { act: 'cancel' | 'continue'; body: { reason: string } }
  | { act: 'response'; body: { response: 'accept' | 'decline'; version: number; reason?: string } };

export function useTenderAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, body }: TenderAct) => send('POST', `/api/tenders/${id}/${act}`, body),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.list }),
  });
}

export type ParseTarget = 'lines' | 'lots';
export type NumberStyle = 'unstated' | 'point' | 'comma';

export function parsePasted(id: string, text: string, target: ParseTarget, style: NumberStyle): Promise<Parsed> {
  return send<Parsed>('POST', `/api/tenders/${id}/lines/parse`, { text, target, style });
}

export function parseFile(id: string, file: File, target: ParseTarget, style: NumberStyle): Promise<Parsed> {
  const form = new FormData();
  form.set('file', file);
  form.set('target', target);
  form.set('style', style);
  return send<Parsed>('POST', `/api/tenders/${id}/lines/import`, form);
}
