// Questionnaires, sub-criteria of a certification, the one history, and the own people.

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Question = Schemas['QuestionView'];
export type Questionnaire = Schemas['QuestionnaireView'];
export type Owed = Schemas['OwedView'];
export type OwnOwed = Schemas['OwnOwedView'];
export type Assessment = Schemas['AssessmentView'];
export type Part = Schemas['SubCriterionView'];
export type Moment = Schemas['MomentView'];
export type Person = Schemas['RepresentativeView'];
export type Right = Person['rights'][number];
/** By sub-criterion, as typed. */
export type Figures = Record<string, string>;
export type Answers = Readonly<Record<string, string>>;

const SURVEYS = 'questionnaires';
const TEAM = 'representatives';

export function useQuestionnaires() {
  return useQuery({ queryKey: [SURVEYS], queryFn: () => unwrap(api.GET('/api/questionnaires')) });
}

export function usePublish(category: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['PublishQuestionnaire']) => unwrap(api.PUT('/api/questionnaires/{category}', { params: { path: { category } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: [SURVEYS] }),
  });
}

/** What is asked of an applicant in these categories. */
export function useAsked(categories: readonly string[]) {
  return useQuery({
    queryKey: [SURVEYS, 'asked', ...categories],
    queryFn: () => unwrap(api.GET('/api/supplier-questions', { params: { query: { category: [...categories] } } })),
    enabled: categories.length > 0,
    placeholderData: keepPreviousData,
  });
}

export function useReplies(supplierId: string) {
  return useQuery({
    queryKey: [SURVEYS, 'of', supplierId],
    queryFn: () => unwrap(api.GET('/api/suppliers/{supplier_id}/questionnaires', { params: { path: { supplier_id: supplierId } } })),
  });
}

export function useOwnReplies() {
  return useQuery({ queryKey: [SURVEYS, 'own'], queryFn: () => unwrap(api.GET('/api/my/questionnaires')) });
}

export function saveAnswers(id: string, answers: Answers) {
  return unwrap(api.PUT('/api/my/questionnaires/{questionnaire_id}', { params: { path: { questionnaire_id: id } }, body: { answers } }));
}

export function useSubmitAnswers(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answers: Answers) =>
      unwrap(api.POST('/api/my/questionnaires/{questionnaire_id}/submission', { params: { path: { questionnaire_id: id } }, body: { answers } })),
    onSuccess: () => client.invalidateQueries({ queryKey: [SURVEYS] }),
  });
}

/** What the sub-criteria give with these figures; `null`: those of the certification in force. */
export function useAssessment(supplierId: string, figures: Figures | null) {
  return useQuery({
    queryKey: ['suppliers', supplierId, 'assessment', figures],
    queryFn: () => unwrap(api.POST('/api/suppliers/{supplier_id}/assessment', { params: { path: { supplier_id: supplierId } }, body: { figures } })),
    placeholderData: keepPreviousData,
  });
}

/** `null` for the own company. */
export function useHistory(supplierId: string | null) {
  return useQuery({
    queryKey: ['supplier-life', 'history', supplierId],
    queryFn: () =>
      supplierId === null
        ? unwrap(api.GET('/api/my/history'))
        : unwrap(api.GET('/api/suppliers/{supplier_id}/history', { params: { path: { supplier_id: supplierId } } })),
  });
}

export function useTeam() {
  return useQuery({ queryKey: [TEAM], queryFn: () => unwrap(api.GET('/api/my/representatives')) });
}

export function useTeamAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act, rights }: { id: string; act: 'rights' | 'confirm' | 'object'; rights: Right[] }) => {
      const params = { path: { account_id: id } };
      return act === 'rights'
        ? unwrap(api.PUT('/api/my/representatives/{account_id}/rights', { params, body: { rights } }))
        : unwrap(api.POST('/api/my/representatives/{account_id}/joining', { params, body: { confirm: act === 'confirm', rights } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [TEAM] }),
  });
}
