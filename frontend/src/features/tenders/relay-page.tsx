// /relay and /relay/:tenderId: held questions, redacted before the purchaser may read them. No asker, no time.
import { useState } from 'react';
import { useParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button, ButtonLink } from '@/ui/button';
import { AreaField, SelectField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { RETURN_REASONS, useRelay, useRelaying, useRelayQuestion, type Held, type Relay } from './question-data';
import css from './questions.module.css';

export default function RelayPage() {
  const { tenderId } = useParams();
  return tenderId === undefined ? <Tenders /> : <OneTender tenderId={tenderId} />;
}

function Tenders() {
  const { t, lang } = useWords('questions');
  const relaying = useRelaying();
  return (
    <div className="stack">
      <PageHeader title={t('relay.title')} lead={t('relay.lead')} />
      <QueryView query={relaying}>
        {({ tenders }) =>
          tenders.length === 0 ? (
            <Panel>
              <NothingHeld />
            </Panel>
          ) : (
            <>
              {tenders.map((one) => (
                <Panel
                  key={one.tender_id}
                  title={`${one.reference} · ${pick(lang, { zh: one.title_zh, en: one.title_en })}`}
                  actions={
                    <>
                      <ButtonLink to={`/tenders/${one.tender_id}`}>{t('words:notice')}</ButtonLink>
                      <ButtonLink look="primary" to={`/relay/${one.tender_id}`}>
                        {t('common:actions.open')}
                      </ButtonLink>
                    </>
                  }
                >
                  <p>{t('relay.count', { count: one.held })}</p>
                </Panel>
              ))}
            </>
          )
        }
      </QueryView>
    </div>
  );
}

function NothingHeld() {
  const { t } = useWords('questions');
  return (
    <Empty icon="check" title={t('relay.none')}>
      <p>{t('relay.none_why')}</p>
    </Empty>
  );
}

function OneTender({ tenderId }: { tenderId: string }) {
  const { t, lang } = useWords('questions');
  const relay = useRelay(tenderId);
  return (
    <QueryView query={relay}>
      {(shown) => {
        const held = shown.questions.filter((one) => one.state === 'held');
        const decided = shown.questions.filter((one) => one.state !== 'held');
        return (
          <div className="stack">
            <PageHeader
              title={t('relay.title')}
              lead={`${shown.reference} · ${pick(lang, { zh: shown.title_zh, en: shown.title_en })}`}
              back={{ to: '/relay', label: t('relay.back') }}
              actions={
                <>
                  <ButtonLink to={`/tenders/${tenderId}`}>{t('words:notice')}</ButtonLink>
                  <ButtonLink to={`/tenders/${tenderId}/questions`}>{t('title')}</ButtonLink>
                </>
              }
            />
            {held.length === 0 ? (
              <Panel>
                <NothingHeld />
              </Panel>
            ) : (
              held.map((one) => <HeldPanel key={one.id} relay={shown} one={one} />)
            )}
            {decided.length > 0 && (
              <Panel title={t('relay.decided')}>
                <ul className={css['list']}>
                  {decided.map((one) => (
                    <li key={one.id} className={css['pair']}>
                      <div className="row">
                        <Tag>{t(`relay.states.${one.state}`)}</Tag>
                        {one.reason !== null && <span>{t(`reasons.${one.reason}`)}</span>}
                      </div>
                      <p className={css['answer']}>{one.shown ?? one.text}</p>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
          </div>
        );
      }}
    </QueryView>
  );
}

function HeldPanel({ relay, one }: { relay: Relay; one: Held }) {
  const { t } = useWords('questions');
  const kinds = [...new Set(one.finds.map((find) => find.kind))];
  return (
    <Panel title={t('relay.as_asked')}>
      <div className="stack">
        <p className={css['answer']}>
          <Marked one={one} />
        </p>
        <p className="small muted">
          {one.is_covered
            ? t('relay.covered')
            : kinds.length === 0
              ? t('relay.clean')
              : `${t('relay.finds')}${t('common:colon')}${kinds.map((kind) => t(`relay.kinds.${kind}`)).join(t('common:list_separator'))}`}
        </p>
        {relay.can_decide && <Decision relay={relay} one={one} />}
      </div>
    </Panel>
  );
}

/** The text with its finds marked; where finds overlap, the first. */
function Marked({ one }: { one: Held }) {
  const parts: { text: string; isFound: boolean }[] = [];
  // The server counts whole characters, the browser's strings half ones.
  const signs = [...one.text];
  let at = 0;
  for (const find of one.finds) {
    if (find.start < at) continue;
    parts.push({ text: signs.slice(at, find.start).join(''), isFound: false }, { text: signs.slice(find.start, find.end).join(''), isFound: true });
    at = find.end;
  }
  parts.push({ text: signs.slice(at).join(''), isFound: false });
  return (
    <>
      {parts.map((part, place) => (part.isFound ? <mark key={place} className={css['found']}>{part.text}</mark> : part.text))}
    </>
  );
}

function Decision({ relay, one }: { relay: Relay; one: Held }) {
  const { t } = useWords('questions');
  const [text, setText] = useState(one.finds.length === 0 ? one.text : '');
  const [reason, setReason] = useState<string>('');
  const [into, setInto] = useState('');
  const decide = useRelayQuestion(relay.tender_id, one.id);
  const chosen = RETURN_REASONS.find((each) => each === reason);
  const done = { onSuccess: () => announce(t('relay.released')) };
  const choose = { value: '', label: t('relay.choose') };
  return (
    <>
      <AreaField label={t('relay.text')} hint={t('relay.text_hint')} rows={3} maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} />
      <ProblemAlert error={decide.error} />
      <div>
        <Button look="primary" busy={decide.isPending} disabled={text.trim() === ''} onClick={() => decide.mutate({ act: 'release', text: text.trim() }, done)}>
          {t('relay.release')}
        </Button>
      </div>
      <details>
        <summary>{t('relay.or_return')}</summary>
        <div className={css['two']}>
          <div className="stack-tight">
            <SelectField label={t('relay.reason')} value={reason} onChange={(event) => setReason(event.target.value)} options={[choose, ...RETURN_REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))]} />
            <Button busy={decide.isPending} disabled={chosen === undefined} onClick={() => chosen && decide.mutate({ act: 'return', reason: chosen })}>
              {t('relay.return')}
            </Button>
          </div>
          {relay.targets.length > 0 && (
            <div className="stack-tight">
              <SelectField label={t('relay.into')} value={into} onChange={(event) => setInto(event.target.value)} options={[choose, ...relay.targets.map((target) => ({ value: target.id, label: target.text }))]} />
              <Button busy={decide.isPending} disabled={into === ''} onClick={() => decide.mutate({ act: 'merge', into })}>
                {t('relay.merge')}
              </Button>
            </div>
          )}
        </div>
      </details>
    </>
  );
}
