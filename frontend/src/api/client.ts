// The one way to the server: openapi-fetch over the generated paths, the CSRF header on unsafe methods, problems thrown typed.

import createClient, { type Middleware } from 'openapi-fetch';

import { UNREACHABLE, Problem, problemOf } from './problem';
import type { paths } from './schema';

let csrfToken = '';

/** Set by the session; the server binds it to the session's cookie. */
export function keepCsrfToken(token: string): void {
  csrfToken = token;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

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
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin', fetch: (request) => fetch(request) });
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
  if (!SAFE.has(method) && csrfToken !== '') headers.set('X-CSRF-Token', csrfToken);
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers.set('Content-Type', 'application/json');
  const payload = isForm ? body : body === undefined ? null : JSON.stringify(body);
  return answered<T>(path, { method, headers, body: payload });
}

/** A piece of a file as it is, with PATCH. */
export async function sendBytes<T>(path: string, bytes: Uint8Array<ArrayBuffer>, more: Readonly<Record<string, string>>): Promise<T> {
  const headers = new Headers({ ...more, 'Content-Type': 'application/octet-stream' });
  if (csrfToken !== '') headers.set('X-CSRF-Token', csrfToken);
  return answered<T>(path, { method: 'PATCH', headers, body: bytes });
}

async function answered<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin' });
  } catch {
    throw new Problem(0, UNREACHABLE);
  }
  // The server names JSON as the type of an empty answer too.
  const isJson = response.status !== 204 && (response.headers.get('Content-Type')?.includes('json') ?? false);
  const answer: unknown = isJson ? await response.json() : null;
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as T;
}
