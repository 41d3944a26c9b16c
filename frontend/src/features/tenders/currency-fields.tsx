// Other currencies bids may be in: a frozen rate each, from where and of which day (LIVE.md section 1, currency).
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';

import type { RulesDraft } from './api';
import css from './builder.module.css';
import { DraftText } from './draft-field';
import type { RuleFieldsProps } from './rule-choices';

type Currencies = NonNullable<RulesDraft['currencies']>;

const EMPTY: Currencies = { rates: [{ currency: '', rate: '' }], source: '', on: '' };
// As many as the rules allow (live_rules_check.MOST_CURRENCIES).
const MOST = 10;

export function CurrencyFields({ draft, set, place }: RuleFieldsProps) {
  const { t } = useWords('tenders');
  const { currencies } = draft.rules;
  const change = (part: Partial<Currencies>) => set({ currencies: { ...(currencies ?? EMPTY), ...part } });
  return (
    <div className="stack" data-path="rules.currencies">
      <CheckField label={t('rules.currencies')} checked={currencies !== null} onChange={(event) => set({ currencies: event.target.checked ? EMPTY : null })} />
      {currencies !== null && (
        <>
          {currencies.rates.map((each, at) => {
            const put = (part: Partial<(typeof currencies.rates)[number]>) => change({ rates: currencies.rates.map((one, index) => (index === at ? { ...one, ...part } : one)) });
            const path = `currencies.rates.${String(at)}`;
            return (
              // The place in the table is its only name.
              <div key={at} className={css['fields']}>
                <DraftText {...place(`${path}.currency`)} label={t('rules.currency')} autoCapitalize="characters" value={each.currency} onValue={(typed) => put({ currency: typed.toUpperCase().replace(/[^A-Z]/g, '').slice(0, 3) })} />
                <DraftText {...place(`${path}.rate`)} label={t('rules.currency_rate', { home: draft.currency })} inputMode="decimal" value={each.rate} onValue={(rate) => put({ rate })} />
                {currencies.rates.length > 1 && (
                  <Button className={css['drop']} look="quiet" icon="close" onClick={() => change({ rates: currencies.rates.filter((_, index) => index !== at) })}>
                    {t('common:actions.remove')}
                  </Button>
                )}
              </div>
            );
          })}
          {currencies.rates.length < MOST && (
            <div>
              <Button look="quiet" size="small" icon="plus" onClick={() => change({ rates: [...currencies.rates, { currency: '', rate: '' }] })}>
                {t('rules.currency_add')}
              </Button>
            </div>
          )}
          <div className={css['fields']}>
            <DraftText {...place('currencies.source')} label={t('rules.currency_source')} value={currencies.source} onValue={(source) => change({ source })} />
            <DraftText {...place('currencies.on')} type="date" label={t('rules.currency_on')} value={currencies.on} onValue={(on) => change({ on })} />
          </div>
        </>
      )}
    </div>
  );
}
