import { useWords } from '@/i18n/use-words';

/** lots.0.ceiling_price → "Lot 1: ceiling price"; an unknown path stays as it is. */
export function useFieldName(): (path: string) => string {
  const { t, find } = useWords('tenders');
  return (path) => {
    const parts = path.split('.');
    const last = parts.at(-1) ?? path;
    const name = find(`fields.${last}`, find(`params.${last}`, last));
    if (parts[0] === 'evaluation') return evaluationName(parts, name, t);
    if (parts[0] === 'sealed') return find(`fields.sealed_${last}`, `${t('sealed.title')}${t('common:colon')}${name}`);
    if (parts[0] === 'questions') return find(`questions.${last}`, t('questions.title'));
    if (parts[0] === 'rules') return find(`fields.rules_${last}`, `${t('form.rules')}${t('common:colon')}${name}`);
    if (parts[0] !== 'lots' || parts[1] === undefined) return name;
    const lot = t('form.lot_number', { number: Number(parts[1]) + 1 });
    const line = parts[2] === 'lines' && parts[3] !== undefined ? ` ${t('form.line_number', { number: Number(parts[3]) + 1 })}` : '';
    return parts.length === 2 ? lot : `${lot}${line}${t('common:colon')}${name}`;
  };
}

/** evaluation.technical.criteria.0.levels.3.zh → "Criterion 1, mark 3: Chinese". */
function evaluationName(parts: readonly string[], name: string, t: ReturnType<typeof useWords<'tenders'>>['t']): string {
  const at = parts[2] === 'criteria' ? parts[3] : undefined;
  // The criteria as a whole.
  if (at === undefined && parts[2] === 'criteria') return t('criteria.title');
  if (parts[2] === 'groups' && parts[3] !== undefined) return `${t('criteria.group', { id: String(Number(parts[3]) + 1) })}${parts[4] === undefined ? '' : `${t('common:colon')}${name}`}`;
  if (parts[2] === 'ahp') return t('fields.ahp');
  if (parts[1] === 'shortlist' || parts[1] === 'abnormal' || parts[1] === 'certification' || parts[1] === 'split') return `${t('outcome.title')}${t('common:colon')}${name}`;
  if (at === undefined) return `${t(parts[1] === 'technical' ? 'criteria.title' : 'price.title')}${t('common:colon')}${name}`;
  const criterion = t('criteria.number', { number: Number(at) + 1 });
  const place = parts[5] === undefined ? '' : ` · ${parts[4] === 'levels' ? t('criteria.level', { mark: parts[5] }) : t('criteria.choice', { number: Number(parts[5]) + 1 })}`;
  return `${criterion}${place}${t('common:colon')}${name}`;
}

/** Which input a fault belongs to: every field of the builder carries its path. */
export function focusField(path: string): void {
  const exact = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
  const section = exact ?? document.querySelector<HTMLElement>(`[data-section="${CSS.escape(path.split('.')[0] ?? '')}"]`);
  const folded = section?.closest('details');
  if (folded) folded.open = true;
  section?.scrollIntoView({ block: 'center' });
  const control = section?.matches('input,select,textarea') ? section : section?.querySelector<HTMLElement>('input,select,textarea,button');
  control?.focus();
}
