// The grade as a stamp, the three aspects as bars with their minimums; each bar stands beside its number.

import { ASPECTS, BANDS, type Marks } from '@/domain/certification';
import { compare, isAmount, multiply, rescale, scaleOf } from '@/domain/money';
import { useWords } from '@/i18n/use-words';

import css from './grade.module.css';

export function GradeSeal({ grade, large = false }: { grade: string | null; large?: boolean }) {
  const { t } = useWords('suppliers');
  const look = [css['seal'], css[large ? 'large' : 'small'], css[grade ?? 'none']].filter(Boolean).join(' ');
  return (
    <span className={look} role="img" aria-label={grade ? t('grade.named', { grade }) : t('grade.none')}>
      <span aria-hidden="true">{grade ?? '–'}</span>
    </span>
  );
}

/** Grade, score and until when. */
export function GradeHead({ grade, score, children }: { grade: string | null; score: string | null; children?: React.ReactNode }) {
  const { t } = useWords('suppliers');
  return (
    <div className={css['head']}>
      <GradeSeal grade={grade} large />
      <div className={css['score']}>
        <span className="muted small">{t('grade.score')}</span>
        <span className={`${css['figure'] ?? ''} num`}>{score ?? t('common:table.none')}</span>
        {children}
      </div>
    </div>
  );
}

export function AspectBars({ marks, weights, minimums }: { marks: Marks; weights: Marks; minimums: Marks }) {
  const { t } = useWords('suppliers');
  return (
    <dl className={css['bars']}>
      {ASPECTS.map((aspect) => {
        const mark = marks[aspect];
        const isLow = isAmount(mark) && compare(mark, minimums[aspect]) < 0;
        return (
          <div key={aspect} className={css['bar']}>
            <dt>{t(`words:aspects.${aspect}`)}</dt>
            <dd>
              <span className={css['track']} aria-hidden="true">
                <span className={css['fill']} data-low={isLow || undefined} style={{ width: `${widthOf(mark)}%` }} />
                <span className={css['least']} style={{ left: `${widthOf(minimums[aspect])}%` }} />
              </span>
              <span className={`${css['mark'] ?? ''} num`}>{isAmount(mark) ? plain(mark) : t('common:table.none')}</span>
              <span className={css['weight']}>
                {t('grade.weight_and_least', { weight: percentOf(weights[aspect]), least: plain(minimums[aspect]) })}
              </span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Where the bands begin. */
export function Bands() {
  const { t } = useWords('suppliers');
  return (
    <p className={css['bands']}>
      {BANDS.map(([grade, lowest], place) => (
        <span key={grade}>{place === BANDS.length - 1 ? t('grade.below', { grade, lowest: BANDS[place - 1]?.[1] ?? '' }) : t('grade.from', { grade, lowest })}</span>
      ))}
    </p>
  );
}

function widthOf(mark: string): string {
  if (!isAmount(mark)) return '0';
  return compare(mark, '100') > 0 ? '100' : mark;
}

/** "0.5" as "50". */
export function percentOf(share: string): string {
  return isAmount(share) ? plain(multiply(share, '100', 2)) : '';
}

/** Without trailing zeros. */
export function plain(amount: string): string {
  if (scaleOf(amount) === 0) return amount;
  return amount.includes('.') ? amount.replace(/0+$/, '').replace(/\.$/, '') : rescale(amount, 0);
}
