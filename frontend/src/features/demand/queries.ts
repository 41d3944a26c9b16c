// Purchase requests and projects: the list, one of them, and every act on it; each act answers with the project as it is now.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type ProjectRow = Schemas['ProjectRow'];
export type Project = Schemas['ProjectView'];
export type StageView = Schemas['StageView'];
export type Need = Schemas['NeedForm'];
export type Requirement = Schemas['RequirementForm'];
export type Plan = Schemas['PlanForm'];
export type Seat = Schemas['GroupSeatView'];
export type Template = Schemas['TemplateView']['template'];
export type Move = Schemas['MoveStage'];

const PROJECTS = 'projects';

export function useProjects() {
  return useQuery({ queryKey: [PROJECTS, 'list'], queryFn: () => unwrap(api.GET('/api/projects')) });
}

export function useProject(id: string) {
  return useQuery({
    queryKey: [PROJECTS, 'one', id],
    queryFn: () => unwrap(api.GET('/api/projects/{project_id}', { params: { path: { project_id: id } } })),
    enabled: id !== '',
  });
}

export function useBeginRequest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Need) => unwrap(api.POST('/api/projects', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: [PROJECTS, 'list'] }),
  });
}

/** An act on one project; where somebody was faster the project is read again, and what was typed stays on the page. */
function useProjectAct<Given>(id: string, act: (given: Given) => Promise<Project>) {
  const client = useQueryClient();
  const told = [
    [PROJECTS, 'list'],
    ['approvals'],
    ['tasks'],
  ];
  return useMutation({
    mutationFn: act,
    onSuccess: (made) => {
      client.setQueryData([PROJECTS, 'one', id], made);
      return Promise.all(told.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
    onError: () => client.invalidateQueries({ queryKey: [PROJECTS, 'one', id] }),
  });
}

const at = (id: string) => ({ path: { project_id: id } });

export function useSaveNeed(id: string) {
  return useProjectAct(id, (body: Schemas['SaveNeed']) => unwrap(api.PUT('/api/projects/{project_id}/need', { params: at(id), body })));
}

export function useSavePlan(id: string) {
  return useProjectAct(id, (body: Schemas['SavePlan']) => unwrap(api.PUT('/api/projects/{project_id}/plan', { params: at(id), body })));
}

export function useAskForMore(id: string) {
  return useProjectAct(id, (body: Schemas['RaiseBudget']) =>
    unwrap(api.POST('/api/projects/{project_id}/budget-requests', { params: at(id), body })),
  );
}

export function useNameGroup(id: string) {
  return useProjectAct(id, (body: Schemas['NameGroup']) => unwrap(api.PUT('/api/projects/{project_id}/group', { params: at(id), body })));
}

export function useDraw(id: string) {
  return useProjectAct(id, (body: Schemas['DrawExperts']) => unwrap(api.POST('/api/projects/{project_id}/draw', { params: at(id), body })));
}

export function useDeclare(id: string) {
  return useProjectAct(id, (body: Schemas['DeclareInGroup']) => unwrap(api.POST('/api/projects/{project_id}/declaration', { params: at(id), body })));
}

export function useMove(id: string) {
  return useProjectAct(id, (body: Move) => unwrap(api.POST('/api/projects/{project_id}/moves', { params: at(id), body })));
}

export function useSetDue(id: string) {
  return useProjectAct(id, ({ stage, ...body }: Schemas['SetDue'] & { stage: StageView['stage'] }) =>
    unwrap(api.PUT('/api/projects/{project_id}/stages/{stage}/due', { params: { path: { project_id: id, stage } }, body })),
  );
}

export function useSetOwner(id: string) {
  return useProjectAct(id, ({ stage, ...body }: Schemas['SetOwner'] & { stage: StageView['stage'] }) =>
    unwrap(api.PUT('/api/projects/{project_id}/stages/{stage}/owner', { params: { path: { project_id: id, stage } }, body })),
  );
}

export function useSendMessage(id: string) {
  return useProjectAct(id, (body: Schemas['SendMessage']) => unwrap(api.POST('/api/projects/{project_id}/messages', { params: at(id), body })));
}

export function useAttach(id: string) {
  return useProjectAct(id, ({ file, title }: { file: File; title: string }) => {
    const form = new FormData();
    form.set('file', file);
    form.set('title', title);
    return send<Project>('POST', `/api/projects/${id}/attachments`, form);
  });
}

/** A draft tender prefilled from the project: the tenders' own page goes on from there. */
export function useOpenTender(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (template: Template) => unwrap(api.POST('/api/tenders', { body: { template, project_id: id } as Schemas['CreateTender'] })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tenders'] }),
  });
}

/** A draft that belongs to no project yet is linked to this one. */
export function useLinkDraft(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (draft: string) => {
      const shown = await unwrap(api.GET('/api/tenders/{tender_id}', { params: { path: { tender_id: draft } } }));
      if (shown.audience !== 'staff') throw new Error('a draft is the staff\'s');
      return unwrap(api.PUT('/api/tenders/{tender_id}/project', { params: { path: { tender_id: draft } }, body: { version: shown.version, project_id: id } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['tenders'] }),
  });
}

/** The drafts that belong to no project. */
export function useFreeDrafts(isAsked: boolean) {
  return useQuery({
    queryKey: ['tenders', 'free-drafts'],
    queryFn: async () => {
      const list = await unwrap(api.GET('/api/tenders', { params: { query: { state: ['draft'] } } }));
      return list.audience === 'staff' ? list.items.filter((row) => row.project_id === null) : [];
    },
    enabled: isAsked,
  });
}

/** The tenders that were opened from this project. */
export function useTendersOf(id: string, isAsked: boolean) {
  return useQuery({
    queryKey: ['tenders', 'of-project', id],
    queryFn: async () => {
      const list = await unwrap(api.GET('/api/tenders'));
      return list.audience === 'staff' ? list.items.filter((row) => row.project_id === id) : [];
    },
    enabled: isAsked,
  });
}
