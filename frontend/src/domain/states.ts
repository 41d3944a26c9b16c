// States of WORDS.md section 3 and the weight each carries on a screen; the words are in i18n/{zh,en}/words.json.

export const STATES = {
  tender: ['draft', 'approved', 'published', 'responding', 'response_closed', 'evaluation', 'awarded', 'unsuccessful', 'cancelled'],
  lot: ['scheduled', 'open', 'overtime', 'paused', 'closing', 'closed', 'cancelled'],
  bid: ['sending', 'unknown', 'accepted', 'refused', 'superseded', 'voided'],
  certification: ['applied', 'assessing', 'certified', 'expiring', 'expired', 'suspended', 'revoked', 'not_certified', 'wrong_category'],
  proposal: ['pending', 'approved', 'refused', 'expired', 'void'],
  supplier: ['active', 'suspended'],
  response: ['none', 'accepted', 'declined'],
  award: ['pending', 'active', 'unsuccessful', 'cancelled'],
  export: ['queued', 'running', 'ready', 'failed'],
  account: ['invited', 'active', 'disabled'],
  milestone: ['scheduled', 'due', 'overdue', 'paid', 'disputed'],
  stage: ['not_started', 'in_progress', 'waiting', 'returned', 'done', 'not_applicable', 'stopped'],
} as const;

export type StateKind = keyof typeof STATES;

/** calm: nothing to do · live: now · good · warn: soon or waiting · bad · off: over. */
export type Tone = 'calm' | 'live' | 'good' | 'warn' | 'bad' | 'off';

const TONES: Readonly<Record<string, Tone>> = {
  draft: 'calm', approved: 'good', published: 'live', responding: 'live', response_closed: 'calm', evaluation: 'warn',
  awarded: 'good', unsuccessful: 'off', cancelled: 'off',
  scheduled: 'calm', open: 'live', overtime: 'warn', paused: 'warn', closing: 'warn', closed: 'off',
  sending: 'calm', unknown: 'warn', accepted: 'good', refused: 'bad', superseded: 'off', voided: 'off',
  applied: 'calm', assessing: 'warn', certified: 'good', expiring: 'warn', expired: 'bad', suspended: 'bad', revoked: 'bad',
  not_certified: 'calm', wrong_category: 'off', void: 'off', proposed: 'warn', active: 'good', none: 'calm', declined: 'off', pending: 'warn',
  not_started: 'off', in_progress: 'live', waiting: 'warn', returned: 'bad', done: 'good', not_applicable: 'off', stopped: 'bad',
  queued: 'calm', running: 'live', ready: 'good', failed: 'bad', invited: 'warn', disabled: 'off',
  due: 'warn', overdue: 'bad', paid: 'good', disputed: 'warn',
};

export function toneOf(state: string): Tone {
  return TONES[state] ?? 'calm';
}

export function isState(kind: StateKind, value: string): boolean {
  return (STATES[kind] as readonly string[]).includes(value);
}
