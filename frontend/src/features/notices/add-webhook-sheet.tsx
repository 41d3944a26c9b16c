// A new address; its secret is shown once, for the receiver to check signatures with.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { SecretSheet } from './secret-sheet';
import { useAddWebhook, type NewWebhook } from './webhook-queries';

type Kind = NewWebhook['kinds'][number];

export function AddWebhookSheet({ kinds, onClose }: { kinds: readonly Kind[]; onClose: () => void }) {
  const { t, find } = useWords('notices');
  const add = useAddWebhook();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [chosen, setChosen] = useState<readonly Kind[]>(kinds);
  const [isAsked, setAsked] = useState(false);
  const isAddress = /^https?:\/\/\S{3,}$/.test(url.trim());
  const submit = () => {
    setAsked(true);
    if (!name.trim() || !isAddress || chosen.length === 0) return;
    add.mutate({ name: name.trim(), url: url.trim(), kinds: [...chosen] });
  };
  const toggle = (kind: Kind) => setChosen(chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind]);
  if (add.data) return <SecretSheet secret={add.data.secret} onClose={onClose} />;
  return (
    <Sheet
      title={t('webhooks.add')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={add.isPending} onClick={submit}>
            {t('webhooks.add')}
          </Button>
        </>
      }
    >
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ProblemAlert error={add.error} />
        <TextField
          label={t('webhooks.name')}
          maxLength={80}
          value={name}
          error={isAsked && !name.trim() ? t('common:form.required') : null}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('webhooks.url')}
          hint={t('webhooks.url_hint')}
          type="url"
          maxLength={490}
          value={url}
          error={isAsked && !isAddress ? t('webhooks.url_wrong') : null}
          onChange={(event) => setUrl(event.target.value)}
        />
        <fieldset className="stack-tight">
          <legend style={{ fontWeight: 500 }}>{t('webhooks.kinds')}</legend>
          {kinds.map((kind) => (
            <CheckField key={kind} label={find(`audit:kinds.${kind.replaceAll('.', '_')}`, kind)} checked={chosen.includes(kind)} onChange={() => toggle(kind)} />
          ))}
        </fieldset>
        {isAsked && chosen.length === 0 && <Banner tone="bad">{t('webhooks.no_kind')}</Banner>}
        <p className="small muted">{t('webhooks.payload')}</p>
        <button type="submit" hidden />
      </form>
    </Sheet>
  );
}
