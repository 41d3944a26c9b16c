// AU-03, for everybody: paste or drop a receipt, and this browser checks the signature itself. No sign-in, nothing sent.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button, ButtonAnchor } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { AreaField, TextField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { focusFirstFault } from '@/ui/focus-fault';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';

import { CheckReport } from './check-report';
import { checkAll, receiptsIn, type Checked } from './check-receipts';
import { CheckedReceipt } from './checked-receipt';
import { KeyPanel } from './key-panel';
import { useKey } from './queries';
import { SealingFilePanel } from './sealing-file-panel';
import css from './verify.module.css';
import { WitnessPanel } from './witness-panel';

const VERIFIER = '/verify/bidroom-verify.pyz';
const KEY = /^[0-9a-f]{64}$/;

type TextFault = 'empty' | 'not_json' | null;

export default function VerifyPage() {
  const { t } = useWords('audit');
  return (
    <div className={css['page']}>
      <PageHeader title={t('receipt.title')} lead={t('receipt.lead')} />
      <div className={css['split']}>
        <div className="stack">
          <Checking />
          <CheckReport />
          <KeyPanel />
          <WitnessPanel />
          <SealingFilePanel />
        </div>
        <div className="stack">
          <Panel title={t('receipt.means_title')}>
            <p>{t('receipt.means')}</p>
          </Panel>
          <Offline />
        </div>
      </div>
    </div>
  );
}

function Checking() {
  const { t } = useWords('audit');
  const published = useKey().data;
  const served = published?.public_key;
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [ownKey, setOwnKey] = useState<string | null>(null);
  const [textFault, setTextFault] = useState<TextFault>(null);
  const [isKeyBad, setKeyBad] = useState(false);
  const [results, setResults] = useState<readonly Checked[] | null>(null);
  const key = (ownKey ?? served ?? '').trim().toLowerCase();
  const check = async (given: string) => {
    const receipts = given.trim() === '' ? null : receiptsIn(given);
    setTextFault(given.trim() === '' ? 'empty' : receipts === null ? 'not_json' : null);
    setKeyBad(!KEY.test(key));
    if (receipts === null || !KEY.test(key)) {
      setResults(null);
      return;
    }
    const checked = await checkAll(receipts, key, published?.rotations);
    setResults(checked);
    announce(t(checked.every((one) => one.fault === null) ? 'receipt.ok' : 'receipt.bad'));
  };
  const take = async (taken: File) => {
    setFile(taken);
    const read = await taken.text();
    setText(read);
    await check(read);
  };
  return (
    <div className="stack">
      <Panel>
        <form
          className="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            focusFirstFault(event.currentTarget);
            void check(text);
          }}
        >
          <AreaField
            label={t('receipt.paste')}
            hint={t('receipt.paste_hint')}
            rows={7}
            spellCheck={false}
            value={text}
            error={textFault === null ? null : t(`receipt.${textFault}`)}
            onChange={(event) => {
              setText(event.target.value);
              setResults(null);
            }}
          />
          <FileDrop label={t('receipt.file')} hint={t('receipt.file_hint')} accept=".json,application/json" file={file} onFile={(taken) => void take(taken)} />
          <TextField
            label={t('receipt.key')}
            hint={t('receipt.key_hint')}
            spellCheck={false}
            autoComplete="off"
            value={ownKey ?? served ?? ''}
            error={isKeyBad ? t('receipt.key_bad') : null}
            onChange={(event) => {
              setOwnKey(event.target.value);
              setResults(null);
            }}
          />
          <div>
            <Button type="submit" look="primary" size="large" icon="checkpoint">
              {t('receipt.check')}
            </Button>
          </div>
        </form>
      </Panel>
      {results !== null && (
        <section className="stack" aria-label={t('receipt.results')}>
          {results.map((checked, place) => (
            <CheckedReceipt key={place} checked={checked} number={results.length > 1 ? place + 1 : null} />
          ))}
        </section>
      )}
    </div>
  );
}

function Offline() {
  const { t } = useWords('audit');
  const command = `python3 bidroom-verify.pyz receipt verify receipt.json --key … --published ${location.origin}`;
  return (
    <Panel title={t('receipt.offline_title')}>
      <div className="stack">
        <p>{t('receipt.offline')}</p>
        <div>
          <ButtonAnchor href={VERIFIER} download icon="export">
            {t('receipt.offline_get')}
          </ButtonAnchor>
        </div>
        <div className="stack-tight">
          <p className="small">{t('receipt.offline_run')}</p>
          <code className={css['command']}>{command}</code>
          <div>
            <CopyButton text={command} />
          </div>
        </div>
      </div>
    </Panel>
  );
}
