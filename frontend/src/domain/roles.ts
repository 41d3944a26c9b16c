// Roles of ACCESS.md section 2 as the pages need them: what a person may open and where the day starts.

// The two seats of the neutral desk are roles of their own in code, as in domain/visibility.py.
export const ROLES = [
  'requester', 'purchaser', 'evaluator', 'approver', 'trustee', 'auditor', 'desk_relay', 'desk_help', 'admin', 'supplier',
] as const;

export type Role = (typeof ROLES)[number];

/** Where each role's work is; the first of a person's roles in this order decides. */
const HOMES: readonly [Role, string][] = [
  ['supplier', '/home'],
  ['purchaser', '/tenders'],
  ['approver', '/approvals'],
  ['evaluator', '/evaluations'],
  ['auditor', '/audit/timeline'],
  ['admin', '/accounts'],
  ['desk_relay', '/relay'],
  ['desk_help', '/desk'],
  ['requester', '/projects'],
];

export function homeOf(roles: readonly string[]): string {
  return HOMES.find(([role]) => roles.includes(role))?.[1] ?? '/notices';
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
