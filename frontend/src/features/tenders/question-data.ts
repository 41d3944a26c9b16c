// Questions and answers over HTTP (VISIBILITY.md section 5). No act has a recipient.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];
export type Questions = Shapes['QuestionsView'];
export type OwnQuestions = Shapes['OwnQuestionsView'];
export type Queue = Shapes['QueueView'];
export type Queued = Shapes['QueuedView'];
export type Relay = Shapes['RelayView'];
export type Held = Shapes['HeldView'];
export const RETURN_REASONS = ['ask_without_names', 'not_about_the_tender', 'already_published'] as const satisfies readonly Shapes['ReturnReason'][];
type ReturnReason = (typeof RETURN_REASONS)[number];

// What others do shows at the fixed times only.
const LOOK_EVERY_MS = 30_000;
const key = (tenderId: string, part: string) => ['questions', tenderId, part] as const;

function useLook<T>(tenderId: string, part: string, enabled = true) {
  return useQuery({
    queryKey: key(tenderId, part),
    queryFn: () => send<T>('GET', `/api/tenders/${tenderId}/${part}`),
    enabled,
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useQuestions(tenderId: string) {
  return useLook<Questions>(tenderId, 'questions');
}

export function useOwnQuestions(tenderId: string, enabled: boolean) {
  return useLook<OwnQuestions>(tenderId, 'own-questions', enabled);
}

export function useQueue(tenderId: string, enabled: boolean) {
  return useLook<Queue>(tenderId, 'question-queue', enabled);
}

export function useRelay(tenderId: string) {
  return useLook<Relay>(tenderId, 'relay');
}

export function useRelaying() {
  return useQuery({ queryKey: ['relaying'], queryFn: () => send<Shapes['RelayListView']>('GET', '/api/relay'), refetchInterval: LOOK_EVERY_MS });
}

export function useAsk(tenderId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => send<OwnQuestions>('POST', `/api/tenders/${tenderId}/questions`, { text }),
    onSuccess: (own) => client.setQueryData(key(tenderId, 'own-questions'), own),
  });
}

export type WrittenAnswer = Required<Shapes['WriteAnswer']>;

export function useWriteAnswer(tenderId: string, questionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: WrittenAnswer) => send<Queue>('PUT', `/api/tenders/${tenderId}/questions/${questionId}/answer`, body),
    onSuccess: (queue) => client.setQueryData(key(tenderId, 'question-queue'), queue),
  });
}

export type Relayed = { act: 'release'; text: string } | { act: 'return'; reason: ReturnReason } | { act: 'merge'; into: string };

export function useRelayQuestion(tenderId: string, questionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Relayed) => send<Relay>('POST', `/api/tenders/${tenderId}/relay/${questionId}`, body),
    onSuccess: (relay) => {
      client.setQueryData(key(tenderId, 'relay'), relay);
      void client.invalidateQueries({ queryKey: ['relaying'] });
    },
  });
}
