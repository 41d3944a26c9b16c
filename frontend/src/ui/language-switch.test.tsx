import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { useWords } from '@/i18n/use-words';
import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { TextField } from './field';
import { LanguageSwitch } from './language-switch';

function Form() {
  const { t } = useWords();
  return (
    <>
      <LanguageSwitch />
      <TextField label={t('actions.search')} defaultValue="" />
    </>
  );
}

it('switches in place: typed text stays, the document says its language, the account is told', async () => {
  const server = fakeServer();
  server.on('PATCH /api/me', null);
  const user = await show(<Form />, { as: 'purchaser' });
  await user.type(screen.getByLabelText('Search'), 'half a wo');
  await user.click(screen.getByRole('button', { name: '中文' }));
  expect(await screen.findByLabelText('搜索')).toHaveValue('half a wo');
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(server.sent).toContainEqual(expect.objectContaining({ method: 'PATCH', body: { locale: 'zh' } }));
});
