// One lot with a tie, its decision and its results, as the server would write them.

import type { Decision, LotRanking, OwnLotResult, Ranking, Saving, StaffResult, SupplierResult } from '../queries';

export const TENDER_ID = 't'.repeat(32);
export const LOT_ID = 'l'.repeat(32);

export const SAVING: Saving = { awarded: '27930.00', baseline: '29400.00', money: '1470.00', percent: '5.00', is_baseline_missing: false };

const BARE = { t_alias: null, technical_points: null, price_points: null, total: null, figure: null, is_shortlisted: false, shortlist_reason: null };

export const LOT: LotRanking = {
  lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', basis: 'unit', quantity: '100.0000', unit: 'pcs', scale: 2, field: 'enough',
  made_at: '2026-11-21T06:00:00.000Z', digest: 'd'.repeat(64), shortlist: null, failed: [],
  baseline: { price: '294.0000', total: '29400.00000000', source: 'Last contract', on: '2026-03-31' },
  rows: [
    { ...BARE, label: 'R47', rank: 1, amount: '279.30', is_tied: true, alias: 'C', saving: SAVING, needs_reason: null },
    { ...BARE, label: 'R12', rank: 2, amount: '279.30', is_tied: true, alias: 'K', saving: SAVING, needs_reason: 'not_first' },
    {
      ...BARE, label: 'R80', rank: 3, amount: '293.26', is_tied: false, alias: 'F', needs_reason: 'not_first',
      saving: { ...SAVING, awarded: '29326.00', money: '74.00', percent: '0.25' },
    },
  ],
};

export const RANKING: Ranking = {
  tender_id: TENDER_ID, state: 'ranked', phase: 'P', currency: 'CNY', tax_basis: 'excluded', award_rule: 'price_only', tie_rule: 'earlier_first',
  min_bidders: 3, frozen_hash: 'f'.repeat(64), evaluation: null, formula_words: null, scores_digest: null, lots: [LOT],
};

export const DECISION: Decision = {
  tender_id: TENDER_ID, state: 'none', phase: 'P', digest: null, proposal_id: null, proposed_at: null, decided_at: null, return_reason: null,
  can_propose: true, has_fallen: false, can_unseal: false, can_reopen: false, reopenings: [], choices: [], savings: null,
  unsealing: {
    state: 'not_asked', scope: 'preferred', names: 1, proposal_id: null, unsealed_at: null,
    preconditions: [{ code: 'DECISION_APPROVED', is_met: false }, { code: 'SCOPE_FROZEN', is_met: true }, { code: 'SECOND_PERSON', is_met: false }],
  },
};

export const PROPOSED: Decision = {
  ...DECISION, state: 'proposed', phase: 'V', digest: 'e'.repeat(64), proposal_id: 'p1', proposed_at: '2026-11-21T07:00:00.000Z', can_propose: false,
  choices: [
    { lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', label: 'R47', rank: 1, amount: '279.30', reason: '', reserve: 'R12', shares: [], saving: SAVING },
  ],
  savings: { currency: 'CNY', awarded: '27930.00', baseline: '29400.00', money: '1470.00', percent: '5.00', lots: 1, lots_without_baseline: 0 },
};

export const APPROVED: Decision = {
  ...PROPOSED, state: 'approved', decided_at: '2026-11-21T08:00:00.000Z', can_unseal: true,
  unsealing: {
    ...PROPOSED.unsealing,
    preconditions: [{ code: 'DECISION_APPROVED', is_met: true }, { code: 'SCOPE_FROZEN', is_met: true }, { code: 'SECOND_PERSON', is_met: false }],
  },
};

export const UNSEALED: Decision = {
  ...APPROVED, phase: 'W', can_unseal: false,
  unsealing: { ...APPROVED.unsealing, state: 'done', proposal_id: 'p2', unsealed_at: '2026-11-21T09:00:00.000Z' },
};

export const RESULT: StaffResult = {
  audience: 'staff', tender_id: TENDER_ID, state: 'decided', phase: 'W', tender_state: 'awarded', is_reopened: false, decision: 'approved', currency: 'CNY',
  unsealed_at: '2026-11-21T09:00:00.000Z', joined: 4, savings: PROPOSED.savings,
  lots: [
    {
      lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', basis: 'unit', outcome: 'awarded', label: 'R47', amount: '279.30', shares: [], saving: SAVING,
      refused_attempts: 2,
      unsealed: [
        {
          lot_id: LOT_ID, label: 'R47', rank: 1, supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', is_preferred: true, share: null,
          contact: { name: 'He Qing', email: 'he@qinghe.example', phone: '+86 757 0000' },
        },
      ],
    },
  ],
};

export const OWN_LOT: OwnLotResult = {
  lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', outcome: 'not_selected', rank: 2, is_tied: true, band: null, is_leading: null, amount: '279.30', distance: null, share: null, winners: [], finding: null, exclusion: null, technical: null,
};

export const OWN_RESULT: SupplierResult = {
  audience: 'supplier', tender_id: TENDER_ID, state: 'decided', outcome: 'awarded', is_reopened: false, currency: 'CNY', decided_at: '2026-11-21T09:00:00.000Z',
  joined: 4, lots: [OWN_LOT], contact: null,
};

/** As much of a tender as the two pages read. */
export const STAFF_TENDER = {
  audience: 'staff', id: TENDER_ID, reference: 'T-2026-014', title_zh: '压缩机', title_en: 'Compressors', state: 'evaluation', document: { time_zone: 'Asia/Shanghai' },
};

export const SUPPLIER_TENDER = {
  audience: 'supplier', id: TENDER_ID, reference: 'T-2026-014', state: 'evaluation', round_id: 'r1', sealed_round_id: null, procedure: 'live',
  document: {
    title_zh: '压缩机', title_en: 'Compressors', time_zone: 'Asia/Shanghai', tax_basis: 'excluded', lots: [{ id: LOT_ID, basis: 'unit', unit: 'pcs' }],
  },
};
