// One lot, two criteria, two offers, as the server would write them for one evaluator.

import type { Consensus, Criterion, PanelView, Sheet } from '../queries';

export const TENDER_ID = 't'.repeat(32);
export const LOT_ID = 'l'.repeat(32);

const LEVELS = ['Nothing', 'Weak', 'Partly', 'Meets', 'Good', 'Excellent'].map((en, mark) => ({ zh: `等级${String(mark)}`, en }));

export const NOISE: Criterion = {
  id: 'c1', number: 1, title_zh: '噪声', title_en: 'Noise', weight: '60', threshold: '60', answer: 'number', unit: 'dB', choices: [], prompt_zh: '', prompt_en: 'At full load',
  levels: LEVELS,
};
export const SERVICE: Criterion = {
  ...NOISE, id: 'c2', number: 2, title_zh: '服务', title_en: 'Service', weight: '40', threshold: null, answer: 'text', unit: '', prompt_en: '',
};

export const SHEET: Sheet = {
  tender_id: TENDER_ID, reference: 'T-2026-014', title_zh: '压缩机', title_en: 'Compressors', is_chair: true, state: 'marking', due_at: null, submitted_at: null,
  progress: { done: 1, total: 4 },
  rules: { weight: '40', threshold: '70', aggregation: 'mean', criteria: [NOISE, SERVICE] },
  lots: [
    {
      lot_id: LOT_ID, number: 1, title_zh: '甲', title_en: 'One',
      offers: [
        { alias: 'T7', answers: [{ criterion: 'c1', value: '58', text: 'Measured by a laboratory' }, { criterion: 'c2', value: '', text: 'Within 24 hours' }], marks: { c1: { mark: 3, comment: '', version: 1 } } },
        { alias: 'T2', answers: [{ criterion: 'c1', value: '61', text: '' }, { criterion: 'c2', value: '', text: 'Within 48 hours' }], marks: {} },
      ],
    },
  ],
};

export const CONSENSUS: Consensus = {
  tender_id: TENDER_ID, reference: 'T-2026-014', title_zh: '压缩机', title_en: 'Compressors', state: 'open', is_chair: true, submitted: 3, seats: 3,
  digest: 'd'.repeat(64), locked_at: null, rules: SHEET.rules, unlock: { can_propose: false, waits_until: null }, leaning: { own: '0.2', is_leaning: false, evaluators: 0 },
  lots: [
    {
      lot_id: LOT_ID, number: 1, title_zh: '甲', title_en: 'One',
      offers: [
        {
          alias: 'T2', points: '72.00', passes: true, leaning: { own: '-1.3', is_leaning: true, evaluators: 1 },
          criteria: [
            { criterion: 'c1', count: 3, lowest: 2, median: '4.0', highest: 4, outliers: 0, own: 4, is_outlier: false, rule: '3.3', value: '3.3', reason: '', version: 0, changes: [] },
            { criterion: 'c2', count: 3, lowest: 4, median: '4.0', highest: 4, outliers: 0, own: 4, is_outlier: false, rule: '4.0', value: '4.0', reason: '', version: 0, changes: [] },
          ],
        },
        {
          alias: 'T7', points: '40.00', passes: false, leaning: { own: '1.3', is_leaning: true, evaluators: 1 },
          criteria: [
            { criterion: 'c1', count: 2, lowest: null, median: null, highest: null, outliers: null, own: null, is_outlier: false, rule: '2.0', value: '2.0', reason: '', version: 0, changes: [] },
            { criterion: 'c2', count: 3, lowest: 2, median: '2.0', highest: 2, outliers: 0, own: 2, is_outlier: false, rule: '2.0', value: '2.0', reason: '', version: 0, changes: [] },
          ],
        },
      ],
    },
  ],
};

export const PANEL: PanelView = {
  tender_id: TENDER_ID, can_invite: true, is_open: false, locked_at: null,
  members: [
    { account_id: 'a1', name: 'Lin Yan', is_chair: true, state: 'submitted', declaration: null },
    { account_id: 'a2', name: 'He Bo', is_chair: false, state: 'recused', declaration: null },
    { account_id: 'a3', name: 'Qin Wei', is_chair: false, state: 'invited', declaration: null },
  ],
  candidates: [{ account_id: 'a4', name: 'Song Yu' }],
};
