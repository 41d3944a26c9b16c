// What the comparisons give: the weights beside their control, λmax, CI and CR, and the judgement to look at again.
import { useQuery } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';
import { rescale } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';

import { inverse, type Item } from './judging';
import { useItemName } from './use-item-name';

type Answer = components['schemas']['AhpAnswer'];
type Result = NonNullable<Answer['result']>;

interface DerivedProps {
  items: readonly Item[];
  matrix: readonly (readonly string[])[];
  /** The draft holds this very comparison. */
  isKept: boolean;
  onDoubt: (one: string, other: string) => void;
  onTake: (weights: ReadonlyMap<string, string>) => void;
}

export function DerivedWeights({ items, matrix, isKept, onDoubt, onTake }: DerivedProps) {
  const { t } = useWords('tenders');
  const nameOf = useItemName(items);
  const body = { items: items.map(({ id }) => id), matrix, digits: 2 };
  const { data, error } = useQuery({ queryKey: ['ahp', body], queryFn: () => send<Answer>('POST', '/api/scoring/ahp', body), staleTime: Infinity, retry: false });
  if (error) return <ProblemAlert error={error} />;
  if (!data?.result) return null;
  const now = (id: string) => items.find((each) => each.id === id)?.weight ?? '';
  const isTaken = isKept && data.weights.every(({ item, weight }) => now(item) === weight);
  return (
    <div className="stack" aria-live="polite">
      <Consistency result={data.result} nameOf={nameOf} onDoubt={onDoubt} />
      <PlainTable
        caption={t('ahp.weights')}
        rows={data.weights}
        rowKey={({ item }) => item}
        columns={[
          { key: 'name', title: t('ahp.weights'), cell: ({ item }) => nameOf(item) },
          { key: 'weight', title: t('ahp.derived'), right: true, cell: ({ weight }) => `${weight} %` },
          { key: 'control', title: t('ahp.control'), right: true, cell: ({ control }) => `${hundredfold(control)} %` },
          { key: 'now', title: t('ahp.now'), right: true, cell: ({ item }) => (now(item) === '' ? '–' : `${now(item)} %`) },
        ]}
      />
      <div>
        <Button disabled={isTaken} onClick={() => onTake(new Map(data.weights.map(({ item, weight }) => [item, weight])))}>
          {t(isTaken ? 'ahp.taken' : 'ahp.take')}
        </Button>
      </div>
    </div>
  );
}

/** A part of 1 as percent with two digits. */
function hundredfold(part: string): string {
  const [whole = '0', decimals = ''] = part.split('.');
  const digits = decimals.padEnd(2, '0');
  return rescale(`${whole}${digits.slice(0, 2)}.${digits.slice(2) || '0'}`, 2).replace(/^0+(?=\d)/, '');
}

function Consistency({ result, nameOf, onDoubt }: { result: Result; nameOf: (id: string) => string; onDoubt: DerivedProps['onDoubt'] }) {
  const { t } = useWords('tenders');
  const { doubt } = result;
  const said = (one: string, other: string, value: string) =>
    value === '1' ? t('ahp.equal') : value.startsWith('1/') ? t('ahp.times', { name: nameOf(other), times: inverse(value) }) : t('ahp.times', { name: nameOf(one), times: value });
  return (
    <>
      <Facts
        items={[
          { term: t('ahp.ratio'), value: <b>{rescale(result.ratio, 4)}</b> },
          { term: t('ahp.index'), value: rescale(result.index, 4) },
          { term: t('ahp.lambda'), value: rescale(result.lambda_max, 4) },
        ]}
      />
      {result.is_consistent ? (
        <p>{t('ahp.consistent')}</p>
      ) : (
        <Banner
          tone="warn"
          title={t('ahp.inconsistent')}
          actions={
            doubt !== null && (
              <Button size="small" onClick={() => onDoubt(doubt.one, doubt.other)}>
                {t('ahp.look_again')}
              </Button>
            )
          }
        >
          {doubt !== null && (
            <p>
              {t('ahp.doubt', {
                pair: `${nameOf(doubt.one)} – ${nameOf(doubt.other)}`,
                value: said(doubt.one, doubt.other, doubt.value),
                fitting: said(doubt.one, doubt.other, doubt.fitting),
              })}
            </p>
          )}
        </Banner>
      )}
    </>
  );
}
