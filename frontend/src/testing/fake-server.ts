// A server for tests of screens: answers by method and path, remembers what was sent. What is not told answers 404.

import { vi } from 'vitest';

type Handler = (request: { url: URL; body: unknown }) => unknown;

export interface Sent {
  method: string;
  path: string;
  body: unknown;
  csrf: string | null;
}

export interface FakeServer {
  sent: Sent[];
  /** "GET /api/me", "POST /api/suppliers"; a function is asked each time. A Response goes out as it is. */
  on: (what: string, answer: unknown) => void;
}

export function problem(status: number, code: string, detail: Record<string, string> = {}): Response {
  const body = { type: `urn:bidroom:problem:${code.toLowerCase()}`, title: code, status, code, detail };
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
}

function json(answer: unknown): Response {
  if (answer instanceof Response) return answer.clone();
  if (answer === null) return new Response(null, { status: 204 });
  return new Response(JSON.stringify(answer), { status: 200, headers: { 'Content-Type': 'application/json' } });
}

async function bodyOf(request: Request): Promise<unknown> {
  const type = request.headers.get('Content-Type') ?? '';
  if (type.includes('multipart')) return 'a form';
  const text = await request.text();
  return text === '' ? null : (JSON.parse(text) as unknown);
}

/** Takes the place of fetch until the test ends (vitest.config.ts restores globals). */
export function fakeServer(): FakeServer {
  const answers = new Map<string, unknown>([
    ['GET /api/time', { now: '2026-11-21T06:00:00.000Z' }],
    ['GET /api/categories', [{ code: 'compressors', name_zh: '压缩机', name_en: 'Compressors' }]],
  ]);
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    const request = typeof input === 'string' ? new Request(new URL(input, location.origin), init) : input;
    const url = new URL(request.url);
    const body = await bodyOf(request);
    sent.push({ method: request.method, path: url.pathname, body, csrf: request.headers.get('X-CSRF-Token') });
    const found = answers.get(`${request.method} ${url.pathname}`);
    if (found === undefined) return problem(404, 'NOT_FOUND');
    return json(typeof found === 'function' ? (found as Handler)({ url, body }) : found);
  });
  return { sent, on: (what, answer) => answers.set(what, answer) };
}
