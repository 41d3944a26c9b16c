// How somebody who trusts nobody checks the bundle: on a machine of their own, with a fingerprint that came another way.

import { useWords } from '@/i18n/use-words';
import { CopyButton } from '@/ui/copy-button';
import { Panel } from '@/ui/panel';

import css from './audit.module.css';
import { useKey } from './queries';

export function HowToVerify({ bundle }: { bundle: string }) {
  const { t } = useWords('audit');
  const key = useKey().data;
  const command = `bidroom verify ${bundle} --key ${key?.fingerprint ?? '…'}`;
  return (
    <Panel title={t('verify.title')}>
      <ol className={css['how']}>
        <li>{t('verify.step_download')}</li>
        <li>
          {t('verify.step_compare')}
          {key && <code className={css['words']}>{key.words}</code>}
        </li>
        <li>
          {t('verify.step_run')}
          <span className={css['command']}>
            <code>{command}</code>
            <CopyButton text={command} />
          </span>
        </li>
        <li>
          {t('verify.step_witness')}
          <code className={css['words']}>--witness cosigned.jsonl --witness-key …</code>
        </li>
        <li>{t('verify.step_read')}</li>
      </ol>
      <dl className={css['exits']}>
        {(['0', '1', '2'] as const).map((exit) => (
          <div key={exit}>
            <dt>
              <code>{exit}</code>
            </dt>
            <dd>{t(`verify.exit.${exit}`)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
