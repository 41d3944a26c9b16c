import { describe, expect, it } from 'vitest';

import type { InvitationRow, OwnResponse } from './api';
import { invitationKind, LOBBY_MS, nextTime, opensNext, tasksOf } from './invitation-kind';
import type { SealedStanding } from './sealed-standing';

const NOW = Date.UTC(2026, 10, 21, 6, 0, 0);
const at = (ms: number) => new Date(NOW + ms).toISOString();
const own = (more: Partial<OwnResponse> = {}): OwnResponse => ({
  response: 'accepted',
  terms_version: 1,
  reason: '',
  joined: true,
  needs_acknowledgement: false,
  can_answer: true,
  ...more,
});
const row = (more: Partial<InvitationRow>): InvitationRow =>
  ({ id: 't', state: 'responding', procedure: 'live', sealed_round_id: null, opens_at: at(7_200_000), rounds: [], response_due_at: at(3_600_000), own: own(), ...more }) as InvitationRow;

describe('an invitation', () => {
  it.each([
    ['no answer yet', row({ own: own({ response: 'none', joined: false }) }), 'answer'],
    ['no answer in time', row({ state: 'response_closed', own: own({ response: 'none', joined: false, can_answer: false }) }), 'missed'],
    ['changed terms', row({ own: own({ joined: false, needs_acknowledgement: true }) }), 'acknowledge'],
    ['accepted, long before', row({}), 'joined'],
    ['just before the lobby opens', row({ state: 'response_closed', opens_at: at(LOBBY_MS + 1) }), 'joined'],
    ['when the lobby opens', row({ state: 'response_closed', opens_at: at(LOBBY_MS) }), 'room_soon'],
    ['a millisecond before the round', row({ state: 'response_closed', opens_at: at(1) }), 'room_soon'],
    ['when the round opens', row({ state: 'response_closed', opens_at: at(0) }), 'room_open'],
    ['after the round', row({ state: 'evaluation', opens_at: at(-1) }), 'evaluation'],
    ['after the decision', row({ state: 'awarded', opens_at: at(-1) }), 'result'],
    ['declined', row({ own: own({ response: 'declined', joined: false }) }), 'declined'],
    ['cancelled', row({ state: 'cancelled' }), 'cancelled'],
  ])('%s', (_when, invitation, kind) => {
    expect(invitationKind(invitation, NOW)).toBe(kind);
  });

  it('comes in the order of urgency', () => {
    const rows = [
      row({ id: 'later' }),
      row({ id: 'answer', own: own({ response: 'none', joined: false }) }),
      row({ id: 'open', state: 'response_closed', opens_at: at(-1) }),
    ];
    expect(tasksOf(rows, NOW).map((task) => task.row.id)).toEqual(['open', 'answer', 'later']);
  });
});

describe('a sealed round', () => {
  const sealed = (more: Partial<SealedStanding>): SealedStanding => ({ status: 'open', opensAt: at(-1), closesAt: at(60_000), lots: 2, sealed: 0, sealedAt: null, asks: [], ...more });
  const large = (liveOpensAt: string, isEarliest = false) => {
    const rounds = [
      { id: 's', number: 1, kind: 'sealed' as const, opens_at: at(-1), closes_at: at(60_000), is_earliest: false },
      { id: 'l', number: 2, kind: 'live' as const, opens_at: liveOpensAt, closes_at: null, is_earliest: isEarliest },
    ];
    return row({ procedure: 'sealed_live', sealed_round_id: 's', opens_at: at(-1), rounds, state: 'response_closed' });
  };

  it.each([
    ['not known yet', undefined, large(at(1)), 'joined'],
    ['before it opens', sealed({ status: 'scheduled' }), large(at(1)), 'joined'],
    ['open, one lot left', sealed({ sealed: 1, sealedAt: NOW }), large(at(1)), 'sealed_open'],
    ['all sealed', sealed({ sealed: 2, sealedAt: NOW }), large(at(1)), 'sealed_done'],
    ['closed', sealed({ status: 'closed' }), large(at(7_200_000)), 'sealed_closed'],
    ['the published opening has come, the prices are not open', sealed({ status: 'closed' }), large(at(-1), true), 'sealed_closed'],
    ['the live room is near', sealed({ status: 'closed' }), large(at(60_000)), 'room_soon'],
    ['the opening wants the own copy', sealed({ status: 'closed', asks: [{ kind: 'copy', until: at(1) }] }), large(at(-1)), 'sealed_copy'],
    ['the opening wants help, the technical parts are open', sealed({ status: 'closed', asks: [{ kind: 'help', until: at(1) }] }), { ...large(at(1)), state: 'evaluation' as const }, 'sealed_help'],
    ['cancelled while it wanted help', sealed({ status: 'closed', asks: [{ kind: 'help', until: at(1) }] }), { ...large(at(1)), state: 'cancelled' as const }, 'cancelled'],
    ['the live round runs', sealed({ status: 'closed' }), large(at(-1)), 'room_open'],
  ] as const)('%s', (_when, standing, invitation, kind) => {
    expect(invitationKind(invitation, NOW, standing)).toBe(kind);
  });

  it('puts the own copy before an open room, help behind it, and counts to their ends', () => {
    const first = (asks: SealedStanding['asks']) => {
      const room = row({ id: 'room', state: 'response_closed', opens_at: at(-1) });
      return tasksOf([row({ id: 'later' }), room, large(at(7_200_000))], NOW, { s: sealed({ status: 'closed', asks }) }).map((task) => ({ kind: task.kind, ...nextTime(task.row, task.kind, task.sealed) }));
    };
    const help = { kind: 'help', until: at(9_000) } as const;
    expect(first([help]).slice(0, 2)).toMatchObject([{ kind: 'room_open' }, { kind: 'sealed_help', said: 'home.asked_until', at: at(9_000) }]);
    expect(first([{ kind: 'copy', until: at(5_000) }, help]).slice(0, 2)).toMatchObject([{ kind: 'sealed_copy', said: 'home.asked_until', at: at(5_000) }, { kind: 'room_open' }]);
  });

  it('counts to its own opening, and after its close to that of the live round', () => {
    expect(opensNext(large(at(60_000)), 'joined')).toBe(at(-1));
    expect(opensNext(large(at(60_000)), 'room_soon')).toBe(at(60_000));
  });
});
