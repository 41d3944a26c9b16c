// Who is signed in: one query for the whole page. The CSRF token comes with it.

import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { keptLang, switchLang } from '@/i18n/start';
import { langOf, type Lang } from '@/domain/lang';

import { api, keepCsrfToken, unwrap } from './client';
import { Problem } from './problem';
import type { components } from './schema';

export type Me = components['schemas']['Me'];

export type SessionEnd = components['schemas']['SessionEnd'];

export const ME = ['me'] as const;

// Signing out is the person's own wish; every other end of a session finds somebody in the middle of something.
let hasLeft = false;

async function fetchMe(): Promise<Me | null> {
  try {
    const me = await unwrap(api.GET('/api/me'));
    keepCsrfToken(me.csrf_token, me.account_id);
    hasLeft = false;
    return me;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** Whether the person signed out here, and was not signed out by time or by somebody else. */
export function hasSignedOut(): boolean {
  return hasLeft;
}

/** When the session ends if nothing is done; null: it has ended. Asking does not keep it alive. */
export async function lookAtSession(): Promise<SessionEnd | null> {
  try {
    return await unwrap(api.GET('/api/session'));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** Asks anew who one is; any question by a person keeps the session alive, and this is the smallest. */
export async function showSign(client: QueryClient): Promise<void> {
  await client.fetchQuery({ queryKey: ME, queryFn: fetchMe, staleTime: 0 });
}

/** null: signed out; undefined: not known yet. */
export function useMe(): Me | null | undefined {
  return useMeQuery().data;
}

export function useMeQuery() {
  return useQuery({ queryKey: ME, queryFn: fetchMe, staleTime: 60_000, refetchInterval: 5 * 60_000 });
}

/** For pages behind the sign-in: the frame renders them only with a person. */
export function useSignedIn(): Me {
  const me = useMe();
  if (!me) throw new Error('this page is for signed-in people');
  return me;
}

/** Everything another person saw is dropped before the new one is set. */
export async function becomeMe(client: QueryClient, me: Me): Promise<void> {
  keepCsrfToken(me.csrf_token, me.account_id);
  hasLeft = false;
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' && query.queryKey[0] !== 'config' });
  client.setQueryData(ME, me);
  // The choice made on this device stands over the account's; the demo's seats have nobody's choice.
  if (keptLang() === null && !me.demo) await switchLang(langOf(me.locale));
}

/** The same person in a renewed session: what is on the screen stays. */
export function stayMe(client: QueryClient, me: Me): void {
  keepCsrfToken(me.csrf_token, me.account_id);
  client.setQueryData(ME, me);
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/session')),
    onMutate: () => {
      hasLeft = true;
    },
    onSettled: () => {
      keepCsrfToken('');
      client.clear();
      client.setQueryData(ME, null);
      // What was typed and not sent stays with whoever is signed in; whoever leaves takes it along.
      sessionStorage.clear();
    },
  });
}

/** Switches the page at once and tells the account, if there is one; a lost answer changes nothing on the screen. */
export function useSwitchLang(): (lang: Lang) => Promise<void> {
  const client = useQueryClient();
  return async (lang) => {
    await switchLang(lang);
    if (client.getQueryData<Me | null>(ME)) await unwrap(api.PATCH('/api/me', { body: { locale: lang } })).catch(() => undefined);
  };
}
