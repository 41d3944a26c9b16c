// A sealed round as the service tells it, for tests.
import type { Criterion, SealedLot, SealedRound, TenderFacts } from '../queries';

const LEVELS = Array.from({ length: 6 }, (_, mark) => ({ zh: `第${String(mark)}级`, en: `level ${String(mark)}` }));
const same = { threshold: null, unit: '', choices: [], prompt_zh: '', levels: LEVELS };

export const CRITERIA: readonly Criterion[] = [
  { ...same, id: 'c1', number: 1, title_zh: '方案', title_en: 'Solution', weight: '50', answer: 'text', prompt_en: 'Describe it.' },
  { ...same, id: 'c2', number: 2, title_zh: '交期', title_en: 'Delivery', weight: '30', answer: 'number', unit: 'days', prompt_en: 'In days.' },
  { ...same, id: 'c3', number: 3, title_zh: '质保', title_en: 'Warranty', weight: '20', answer: 'choice', choices: [{ zh: '一年', en: 'one year' }, { zh: '两年', en: 'two years' }], prompt_en: 'How long?' },
];

export const LOT: SealedLot = {
  lot_id: 'l'.repeat(32),
  number: 1,
  title_zh: '压缩机',
  title_en: 'Compressors',
  scale: 2,
  currency: 'CNY',
  tax_basis: 'excluded',
  basis: 'unit',
  unit: '台',
  quantity: '190000',
  ceiling_price: '300.00',
  minimum_price: '150.00',
  lines: [],
  price_bucket: 4096,
  tech_bucket: 262_144,
  current: null,
};

export const ROUND: SealedRound = {
  audience: 'supplier',
  round_id: 'r'.repeat(32),
  tender_id: 't'.repeat(32),
  status: 'open',
  opens_at: '2026-11-21T05:00:00.000Z',
  closes_at: '2026-11-21T09:00:00.000Z',
  now: '2026-11-21T06:00:00.000Z',
  extensions: [],
  custody: 'server',
  custody_zh: '服务器保管：本服务器的运营者在开启前可能读取报价。',
  custody_en: 'Server custody: the operator of this server could read bids before opening.',
  policy: { v: 1, round: 'r'.repeat(32), lots: [], suite: '', custody: 'server', k: 0, members: [], server_lock: '', journal_key: '', rules_digest: '' },
  policy_digest: 'd'.repeat(64),
  fingerprint: ['01234', '56789', '01234', '56789', '01234', '56789', '01234', '56789'],
  manifest: null,
  refused_code: null,
  server_lock: '',
  journal_key: '',
  tag: 'tag1',
  has_technical: true,
  evaluation: { technical: { weight: '40', threshold: '70', criteria: CRITERIA }, price: { weight: '60' } },
  asks: [],
  lots: [LOT],
};

export const TENDER = {
  id: ROUND.tender_id,
  reference: 'T-2026-001',
  procedure: 'sealed_live',
  state: 'responding',
  round_id: 'f'.repeat(32),
  rounds: [],
  own: { response: 'accepted', terms_version: 1, reason: '', joined: true, needs_acknowledgement: false, can_answer: true },
  document: { title_zh: '压缩机采购', title_en: 'Rotary compressors', time_zone: 'Asia/Shanghai' },
} satisfies TenderFacts;
