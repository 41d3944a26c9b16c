// What the server answers instead of doing: RFC 9457 problem+json with a stable code (ACCESS.md section 4), typed.

export interface FieldFault {
  field: string;
  code: string;
}

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: Readonly<Record<string, string>> = {},
    readonly fields: readonly FieldFault[] = [],
  ) {
    super(code);
  }
}

/** No answer at all: the network, not a rule. */
export const UNREACHABLE = 'UNREACHABLE';
/** An answer that is no problem+json: a proxy or a fault. */
export const UNEXPECTED = 'UNEXPECTED';

/** The Problem in a body of problem+json; a coded one by status where the body is something else. */
export function problemOf(status: number, body: unknown): Problem {
  if (!isRecord(body) || typeof body['code'] !== 'string') {
    const code = status === 401 ? 'SIGNED_OUT' : status === 404 ? 'NOT_FOUND' : UNEXPECTED;
    return new Problem(status, code);
  }
  const detail = isRecord(body['detail']) ? body['detail'] : {};
  const texts = Object.entries(detail).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return new Problem(status, body['code'], Object.fromEntries(texts.map(([name, value]) => [name, String(value)])), fieldsOf(detail['fields']));
}

/** Any thrown thing as a Problem, so that screens show one kind of error. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, error instanceof TypeError ? UNREACHABLE : UNEXPECTED);
}

/** True where asking again may help: the network or the server's own fault, never a rule. */
export function isPassing(error: unknown): boolean {
  const problem = asProblem(error);
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): FieldFault[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((fault) => ({ field: textOf(fault['field']), code: textOf(fault['code']) }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
