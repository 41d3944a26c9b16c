// The one way to the server: openapi-fetch over the generated paths, the CSRF header on unsafe methods, problems thrown typed.

import createClient, { type Middleware } from 'openapi-fetch';

import { UNREACHABLE, Problem, problemOf } from './problem';
import type { paths } from './schema';

let csrfToken = '';
let csrfOwner = '';

/** Set by the session; the server binds it to the session's cookie. */
export function keepCsrfToken(token: string, owner = ''): void {
  csrfToken = token;
  csrfOwner = owner;
}

/** Another page of the same person has renewed the session: its token is fetched. False where somebody else came. */
async function refreshToken(): Promise<boolean> {
  const response = await fetch('/api/me', { credentials: 'same-origin' });
  const me = (await response.json().catch(() => null)) as { account_id?: string; csrf_token?: string } | null;
  if (!response.ok || csrfOwner === '' || me?.account_id !== csrfOwner) return false;
  csrfToken = me.csrf_token ?? '';
  return true;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Asks the person to prove who they are, for an act; true once that is done. */
export type AskProof = (act: string) => Promise<boolean>;

let askProof: AskProof | null = null;

/** The one sheet that asks for a fresh proof; null while it is not on the page. */
export function onStepUp(ask: AskProof | null): void {
  askProof = ask;
}

/** Sends; where a fresh proof is asked for, gets it and sends the same request again, so that nothing typed is lost. */
async function sendProven(once: () => Promise<Response>): Promise<Response> {
  const response = await once();
  if (response.status !== 403) return response;
  const problem = problemOf(403, await response.clone().json().catch(() => null));
  if (problem.code === 'CSRF') return (await refreshToken()) ? once() : response;
  if (problem.code !== 'STEP_UP_NEEDED' || askProof === null || !(await askProof(problem.detail['act'] ?? ''))) return response;
  return once();
}

function fetchAgain(request: Request): Promise<Response> {
  let spare = request;
  return sendProven(() => {
    const next = spare;
    if (!SAFE.has(next.method)) spare = next.clone();
    // The session, and with it its token, is a new one after a proof.
    if (!SAFE.has(next.method) && csrfToken !== '') next.headers.set('X-CSRF-Token', csrfToken);
    return fetch(next);
  });
}

const guard: Middleware = {
  onRequest({ request }) {
    if (!SAFE.has(request.method) && csrfToken !== '') request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  onError() {
    return new Problem(0, UNREACHABLE);
  },
};

// fetch is looked up at the call, so that tests can put a server of their own there.
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin', fetch: fetchAgain });
api.use(guard);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer of `api`; throws a Problem for everything but success. */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}

/** For what the generated client cannot do: files up and answers of unknown shape. Prefer `unwrap(api.…)`. */
export async function send<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const headers = new Headers();
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers.set('Content-Type', 'application/json');
  const payload = isForm ? body : body === undefined ? null : JSON.stringify(body);
  return answered<T>(path, { method, headers, body: payload });
}

/** A piece of a file as it is, with PATCH. */
export async function sendBytes<T>(path: string, bytes: Uint8Array<ArrayBuffer>, more: Readonly<Record<string, string>>): Promise<T> {
  const headers = new Headers({ ...more, 'Content-Type': 'application/octet-stream' });
  return answered<T>(path, { method: 'PATCH', headers, body: bytes });
}

async function answered<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await sendProven(() => {
      const headers = new Headers(init.headers);
      if (!SAFE.has(init.method ?? 'GET') && csrfToken !== '') headers.set('X-CSRF-Token', csrfToken);
      return fetch(path, { ...init, headers, credentials: 'same-origin' });
    });
  } catch {
    throw new Problem(0, UNREACHABLE);
  }
  // The server names JSON as the type of an empty answer too.
  const isJson = response.status !== 204 && (response.headers.get('Content-Type')?.includes('json') ?? false);
  const answer: unknown = isJson ? await response.json() : null;
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as T;
}
