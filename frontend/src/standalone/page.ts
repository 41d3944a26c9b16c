// The page that seals without a service: facts in, package and recovery file out. The twin of `bidroom seal --facts`.
//
// It has no way to the network (its policy forbids every connection), so whoever compares its one hash with the published
// one need not trust the server that handed it out. No React and nothing of the other pages: everything is in this file.
import { langOf, localeTag, pick, LANGS, type Lang } from '@/domain/lang';
import { EMPTY_ANSWER, EMPTY_OFFER, amountOf, faultsOf, isPricedByLines, textsOf, type AnswerDraft, type OfferDraft } from '@/features/sealed-rounds/offer';
import type { Criterion, SealedLot } from '@/features/sealed-rounds/queries';
import { saveJson } from '@/features/sealed-rounds/save-json';
import { sealOffer } from '@/features/sealed-rounds/sealing-offer';
import { checkPolicy, encode, fingerprint, hasWebCrypto, recoveryFile, scanForNames, type FileToSeal } from '@/sealing/seal';

import { button, el, field, fileField } from './build-up';
import { factsIn, type Facts } from './facts';
import { sayIn, type Say } from './words';

// As in the pages and the command line: it guards a price.
const SHORTEST_PASSPHRASE = 12;

interface State {
  lang: Lang;
  facts: Facts | null;
  factsName: string;
  fault: 'not_facts' | 'no_tag' | 'bad_policy' | null;
  lotId: string;
  offer: OfferDraft;
  files: readonly FileToSeal[];
  isNameKept: boolean;
  passphrase: string;
  again: string;
}

export function startPage(place: HTMLElement): void {
  const state: State = {
    lang: langOf(navigator.language), facts: null, factsName: '', fault: null, lotId: '', offer: EMPTY_OFFER, files: [], isNameKept: false, passphrase: '', again: '',
  };
  const draw = () => {
    const say = sayIn(state.lang);
    document.documentElement.lang = localeTag(state.lang);
    document.title = say('title');
    const head = el('header', {}, el('h1', { textContent: say('title') }), languages(state, draw));
    if (!hasWebCrypto()) {
      place.replaceChildren(head, el('section', {}, el('p', { className: 'bad', role: 'alert', textContent: say('no_crypto') })));
      return;
    }
    place.replaceChildren(head, el('p', { className: 'soft', textContent: say('lead') }), factsPart(state, say, draw), ...offerParts(state, say));
  };
  draw();
}

function languages(state: State, draw: () => void): HTMLElement {
  const names = { zh: '中文', en: 'English' } as const;
  const switchTo = (lang: Lang) => () => {
    state.lang = lang;
    draw();
  };
  return el('div', { className: 'row' }, ...LANGS.map((lang) => Object.assign(button(names[lang], switchTo(lang)), { disabled: lang === state.lang })));
}

function factsPart(state: State, say: Say, draw: () => void): HTMLElement {
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    const facts = factsIn(await file.text());
    Object.assign(state, { facts: null, factsName: file.name, fault: facts === null ? 'not_facts' : await faultOf(facts), offer: EMPTY_OFFER, files: [], isNameKept: false });
    if (facts !== null && state.fault === null) Object.assign(state, { facts, lotId: facts.round.lots[0]?.lot_id ?? '' });
    draw();
  };
  const input = el('input', { type: 'file', accept: '.json,application/json', onchange: () => void take(input.files?.[0]) });
  const part = el('section', {}, el('h2', { textContent: say('facts_title') }), el('p', { className: 'soft', textContent: say('facts_hint') }), fileField(say('facts'), say('choose_file'), input, state.factsName));
  if (state.fault !== null) part.append(el('p', { className: 'bad', role: 'alert', textContent: say(state.fault) }));
  if (state.facts === null) return part;
  const { round } = state.facts;
  const lots = el('select', {
    onchange: () => {
      Object.assign(state, { lotId: lots.value, offer: EMPTY_OFFER, files: [], isNameKept: false });
      draw();
    },
  });
  lots.append(...round.lots.map((lot) => el('option', { value: lot.lot_id, selected: lot.lot_id === state.lotId, textContent: `${String(lot.number)} ${pick(state.lang, { zh: lot.title_zh, en: lot.title_en })}` })));
  const number = (lotOf(state)?.current?.rev ?? 0) + 1;
  part.append(
    el('p', { className: 'strong', textContent: pick(state.lang, { zh: round.custody_zh, en: round.custody_en }) }),
    el('p', { className: 'soft', textContent: say('fingerprint') }),
    el('p', { className: 'code groups' }, ...fingerprint(round.policy_digest).map((group) => el('span', { textContent: group }))),
    field(say('lot'), lots),
    el('p', { className: 'soft', textContent: say('revision', { number }) }),
  );
  return part;
}

async function faultOf({ round }: Facts): Promise<State['fault']> {
  for (const { lot_id: lot } of round.lots) {
    try {
      const shown = { digest: round.policy_digest, serverLock: round.server_lock, round: round.round_id, lot };
      if ((await checkPolicy(round.policy, shown)) !== null) return 'bad_policy';
    } catch {
      // A policy with members of other kinds than a policy has.
      return 'bad_policy';
    }
  }
  return round.tag === null ? 'no_tag' : null;
}

function lotOf(state: State): SealedLot | undefined {
  return state.facts?.round.lots.find((lot) => lot.lot_id === state.lotId);
}

function criteriaOf({ facts }: State): readonly Criterion[] {
  return (facts?.round.has_technical && facts.round.evaluation?.technical?.criteria) || [];
}

function offerParts(state: State, say: Say): HTMLElement[] {
  const lot = lotOf(state);
  if (lot === undefined) return [];
  const told = el('p', { className: 'good' });
  const tell = () => {
    const amount = amountOf(lot, state.offer);
    told.textContent = amount === null ? '' : say('total', { amount, currency: lot.currency });
  };
  const edit = (change: Partial<OfferDraft>) => {
    state.offer = { ...state.offer, ...change };
    tell();
  };
  const offer = el('section', {}, el('h2', { textContent: say('offer_title') }));
  offer.append(...criteriaOf(state).flatMap((criterion) => answerFields(state, criterion, say, edit)));
  if (state.facts?.round.has_technical) offer.append(filesField(state, say));
  offer.append(...priceFields(state, lot, say, edit), told);
  tell();
  return [offer, sealPart(state, lot, say)];
}

function answerFields(state: State, criterion: Criterion, say: Say, edit: (change: Partial<OfferDraft>) => void): HTMLElement[] {
  const { id } = criterion;
  const title = pick(state.lang, { zh: criterion.title_zh, en: criterion.title_en });
  const answer = state.offer.answers[id] ?? EMPTY_ANSWER;
  const set = (change: Partial<AnswerDraft>) => edit({ answers: { ...state.offer.answers, [id]: { ...(state.offer.answers[id] ?? EMPTY_ANSWER), ...change } } });
  const text = el('textarea', { value: answer.text, oninput: () => set({ text: text.value }) });
  const label = `${String(criterion.number)}. ${title}`;
  const prompt = el('p', { className: 'soft', textContent: pick(state.lang, { zh: criterion.prompt_zh, en: criterion.prompt_en }) });
  if (criterion.answer === 'text') return [field(label, text), prompt];
  const remark = field(say('remark', { title }), text);
  if (criterion.answer === 'number') {
    const input = el('input', { value: answer.value, inputMode: 'decimal', autocomplete: 'off', oninput: () => set({ value: input.value }) });
    return [field(`${label} ${criterion.unit}`, input), prompt, remark];
  }
  const choice = el('select', { onchange: () => set({ value: choice.value }) }, el('option', { value: '', textContent: say('choose') }));
  choice.append(...criterion.choices.map((one, at) => el('option', { value: String(at), textContent: pick(state.lang, one), selected: answer.value === String(at) })));
  return [field(label, choice), prompt, remark];
}

function filesField(state: State, say: Say): HTMLElement {
  const take = async () => {
    const chosen = [...(input.files ?? [])];
    const read = async (file: File): Promise<FileToSeal> => ({ name: file.name, type: file.type || 'application/octet-stream', content: new Uint8Array(await file.arrayBuffer()) });
    state.files = await Promise.all(chosen.map(read));
  };
  const input = el('input', { type: 'file', multiple: true, onchange: () => void take() });
  return fileField(say('files'), say('choose_files'), input, state.files.map(({ name }) => name).join(' · '));
}

function priceFields(state: State, lot: SealedLot, say: Say, edit: (change: Partial<OfferDraft>) => void): HTMLElement[] {
  const amountField = (label: string, name: string, value: string, set: (text: string) => void) => {
    const input = el('input', { value, name, inputMode: 'decimal', autocomplete: 'off', oninput: () => set(input.value.trim()) });
    return field(label, input);
  };
  if (!isPricedByLines(lot)) {
    const label = say('amount', { currency: lot.currency, count: lot.scale, limit: lot.ceiling_price });
    return [amountField(label, 'amount', state.offer.amount, (amount) => edit({ amount }))];
  }
  return lot.lines.map((line) => {
    const name = String(line.number);
    const what = `${line.description} × ${line.quantity} ${line.unit}`;
    return amountField(say('line', { number: line.number, what }), `line.${name}`, state.offer.lines[name] ?? '', (amount) => edit({ lines: { ...state.offer.lines, [name]: amount } }));
  });
}

function sealPart(state: State, lot: SealedLot, say: Say): HTMLElement {
  const told = el('div');
  told.setAttribute('role', 'status');
  const passphrase = el('input', { type: 'password', name: 'passphrase', autocomplete: 'new-password', value: state.passphrase, oninput: () => (state.passphrase = passphrase.value) });
  const again = el('input', { type: 'password', name: 'again', autocomplete: 'new-password', value: state.again, oninput: () => (state.again = again.value) });
  const act = button(say('seal'), () => void press(), true);
  const press = async () => {
    act.disabled = true;
    told.replaceChildren(el('p', { textContent: say('busy') }));
    told.replaceChildren(...(await sealAndSay(state, lot, say)));
    act.disabled = false;
  };
  const hint = state.facts?.own === null ? el('p', { className: 'soft', textContent: say('names_missing') }) : null;
  const isLooked = state.facts?.round.has_technical === true;
  return el(
    'section',
    {},
    el('h2', { textContent: say('seal_title') }),
    isLooked ? hint : null,
    field(say('passphrase', { count: SHORTEST_PASSPHRASE }), passphrase),
    field(say('again'), again),
    el('div', { className: 'row' }, act),
    told,
  );
}

/** Seals and gives the two files, or says what keeps it from being sealed. */
async function sealAndSay(state: State, lot: SealedLot, say: Say): Promise<HTMLElement[]> {
  const bad = (text: string) => [el('p', { className: 'bad', role: 'alert', textContent: text })];
  const { facts } = state;
  const criteria = criteriaOf(state);
  if (facts === null) return [];
  const faults = faultsOf(lot, criteria, state.offer);
  if (faults.length > 0) return bad(say('incomplete', { fields: faults.map(({ field: name }) => nameOf(name, criteria, say)).join(', ') }));
  if (state.passphrase.length < SHORTEST_PASSPHRASE) return bad(say('short', { count: SHORTEST_PASSPHRASE }));
  if (state.passphrase !== state.again) return bad(say('differs'));
  const found = facts.round.has_technical ? ownNamesIn(state, criteria, say) : [];
  if (found.length > 0 && !state.isNameKept) return namesFound(state, found, say);
  const sealed = await sealOffer(facts.round, lot, state.offer, { criteria, files: state.files });
  if ('code' in sealed) {
    const { size, bucket } = sealed;
    return bad(size === undefined || bucket === undefined ? say('fault', { code: sealed.code }) : say('too_large', { size, bucket }));
  }
  const { kept, secrets } = sealed;
  const tech = kept.tech === null ? null : { ct: encode(kept.tech) };
  const whole = { v: 1, kind: 'bidroom.package', policy: facts.round.policy, header: kept.header, price: { ct: kept.price }, tech };
  const recovery = await recoveryFile(kept.header, secrets, state.passphrase);
  const name = kept.digest.slice(0, 8);
  return [
    el('p', { className: 'good', textContent: say('done') }),
    el('p', { className: 'code', textContent: kept.digest }),
    el('p', { textContent: say('done_why') }),
    el('div', { className: 'row' }, button(say('save_package'), () => saveJson(`bidroom-package-${name}.json`, whole), true), button(say('save_recovery'), () => saveJson(`bidroom-recovery-${name}.json`, recovery))),
  ];
}

function nameOf(fault: string, criteria: readonly Criterion[], say: Say): string {
  if (fault === 'amount') return say('field_amount');
  if (fault.startsWith('line.')) return say('field_line', { number: fault.slice('line.'.length) });
  return say('field_answer', { number: criteria.find(({ id }) => fault === `answer.${id}`)?.number ?? '' });
}

function ownNamesIn(state: State, criteria: readonly Criterion[], say: Say): string[] {
  const own = state.facts?.own;
  if (own === null || own === undefined) return [];
  const texts = [...textsOf(criteria, state.offer), ...state.files.map(({ name }) => ({ where: name, text: name }))];
  const placed = scanForNames(texts, own).map(({ where, found }) => `${criteria.some(({ id }) => id === where) ? nameOf(`answer.${where}`, criteria, say) : where}: ${found}`);
  return [...new Set(placed)];
}

function namesFound(state: State, found: readonly string[], say: Say): HTMLElement[] {
  const box = el('input', { type: 'checkbox', name: 'names', onchange: () => (state.isNameKept = box.checked) });
  return [el('p', { className: 'bad', role: 'alert', textContent: say('names_found', { places: found.join(' · ') }) }), el('label', {}, box, say('names_kept'))];
}
