// AD-03: the addresses of the house's other systems that are told of acts, for the administrator. Kinds and ids go out, nothing else.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { AddWebhookSheet } from './add-webhook-sheet';
import { NewSecretSheet } from './new-secret-sheet';
import { useWebhookAct, useWebhooks, type Webhook, type WebhookAct } from './webhook-queries';

export default function WebhooksPage() {
  const { t } = useWords('notices');
  const webhooks = useWebhooks();
  const act = useWebhookAct();
  const [isAdding, setAdding] = useState(false);
  const [renewing, setRenewing] = useState<Webhook | null>(null);
  const [leaving, setLeaving] = useState<Webhook | null>(null);
  const add = (
    <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
      {t('webhooks.add')}
    </Button>
  );
  const onAct = (webhook: Webhook, wanted: Wanted) => {
    if (wanted === 'removed') setLeaving(webhook);
    else if (wanted === 'secret') setRenewing(webhook);
    else act.mutate({ id: webhook.id, act: wanted }, { onSuccess: () => announce(t(`webhooks.done.${wanted}`)) });
  };
  return (
    <>
      <PageHeader title={t('webhooks.title')} lead={t('webhooks.lead')} actions={add} />
      <div className="stack">
        <ProblemAlert error={leaving === null ? act.error : null} />
        <Panel flush>
          <QueryView query={webhooks}>
            {({ webhooks: list }) =>
              list.length === 0 ? (
                <Empty icon="link" title={t('webhooks.empty')} next={add}>
                  {t('webhooks.empty_why')}
                </Empty>
              ) : (
                <List webhooks={list} onAct={onAct} />
              )
            }
          </QueryView>
        </Panel>
        <p className="small muted">{t('webhooks.how')}</p>
      </div>
      {isAdding && <AddWebhookSheet kinds={webhooks.data?.kinds ?? []} onClose={() => setAdding(false)} />}
      {renewing !== null && <NewSecretSheet webhook={renewing} onClose={() => setRenewing(null)} />}
      {leaving !== null && (
        <Sheet
          title={t('webhooks.remove_title', { name: leaving.name })}
          onClose={() => setLeaving(null)}
          foot={
            <>
              <Button onClick={() => setLeaving(null)}>{t('common:actions.cancel')}</Button>
              <Button look="danger" busy={act.isPending} onClick={() => act.mutate({ id: leaving.id, act: 'removed' }, { onSuccess: () => setLeaving(null) })}>
                {t('webhooks.acts.removed')}
              </Button>
            </>
          }
        >
          <div className="stack">
            <p>{t('webhooks.remove_effect')}</p>
            <ProblemAlert error={act.error} />
          </div>
        </Sheet>
      )}
    </>
  );
}

type Wanted = WebhookAct | 'secret';

const TONES = { active: 'good', paused: 'warn', failed: 'bad' } as const;

function List({ webhooks, onAct }: { webhooks: readonly Webhook[]; onAct: (webhook: Webhook, act: Wanted) => void }) {
  const { t, find } = useWords('notices');
  const actsOf = (webhook: Webhook): Wanted[] => [
    ...(webhook.state === 'active' && webhook.given_up > 0 ? (['redelivery'] as const) : []),
    ...(webhook.state === 'active' ? (['trial', 'paused'] as const) : (['active'] as const)),
    'secret',
    'removed',
  ];
  return (
    <PlainTable
      caption={t('webhooks.title')}
      rows={webhooks}
      rowKey={(webhook) => webhook.id}
      columns={[
        {
          key: 'name',
          title: t('webhooks.name'),
          cell: (webhook) => (
            <span className="stack-tight">
              <span>{webhook.name}</span>
              <code className="small" style={{ overflowWrap: 'anywhere' }}>
                {webhook.url}
              </code>
            </span>
          ),
        },
        {
          key: 'kinds',
          title: t('webhooks.kinds'),
          cell: (webhook) => <span className="small">{webhook.kinds.map((kind) => find(`audit:kinds.${kind.replaceAll('.', '_')}`, kind)).join(t('common:list_separator'))}</span>,
        },
        { key: 'state', title: t('webhooks.state'), cell: (webhook) => <Tag tone={TONES[webhook.state]}>{t(`webhooks.states.${webhook.state}`)}</Tag> },
        { key: 'health', title: t('webhooks.health'), cell: (webhook) => <Health webhook={webhook} /> },
        {
          key: 'act',
          title: t('webhooks.act'),
          right: true,
          cell: (webhook) => (
            <span className="row" style={{ justifyContent: 'flex-end' }}>
              {actsOf(webhook).map((act) => (
                <Button key={act} size="small" look={act === 'removed' ? 'danger' : 'plain'} aria-label={`${t(`webhooks.acts.${act}`)}: ${webhook.name}`} onClick={() => onAct(webhook, act)}>
                  {t(`webhooks.acts.${act}`)}
                </Button>
              ))}
            </span>
          ),
        },
      ]}
    />
  );
}

/** What waits, what was given up, and what the receiver said last. */
function Health({ webhook }: { webhook: Webhook }) {
  const { t } = useWords('notices');
  return (
    <span className="stack-tight small">
      <span>{webhook.last_sent_at === null ? t('webhooks.never_sent') : <>{t('webhooks.last_sent')} <Instant at={webhook.last_sent_at} /></>}</span>
      {webhook.waiting > 0 && <span>{t('webhooks.waiting', { count: webhook.waiting })}{webhook.last_status !== null && ` · HTTP ${String(webhook.last_status)}`}</span>}
      {webhook.given_up > 0 && <span>{t('webhooks.given_up', { count: webhook.given_up })}</span>}
      {webhook.old_secret_until !== null && <span>{t('webhooks.old_secret')} <Instant at={webhook.old_secret_until} /></span>}
      {webhook.state === 'failed' && <Banner tone="bad">{t('webhooks.failed_why')}</Banner>}
    </span>
  );
}
