import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';

import { show } from '@/testing/show';

import { MoneyInput } from './money-input';

function Price() {
  const [amount, setAmount] = useState('');
  return (
    <>
      <MoneyInput label="Price" value={amount} onChange={setAmount} scale={2} currency="CNY" unit="台" />
      <output>{amount}</output>
      <button type="button">away</button>
    </>
  );
}

it('takes full-width digits and groups on blur', async () => {
  const user = await show(<Price />);
  await user.type(screen.getByLabelText('Price'), '１２３４．５');
  await user.click(screen.getByRole('button', { name: 'away' }));
  expect(screen.getByLabelText('Price')).toHaveValue('1,234.5');
  expect(document.querySelector('output')).toHaveTextContent('1234.5');
});

it('explains an ambiguous text, gives no amount and keeps the text', async () => {
  const user = await show(<Price />);
  await user.type(screen.getByLabelText('Price'), '1.234,56');
  await user.click(screen.getByRole('button', { name: 'away' }));
  expect(screen.getByText(/two ways/)).toBeInTheDocument();
  expect(screen.getByLabelText('Price')).toBeInvalid();
  expect(screen.getByLabelText('Price')).toHaveValue('1.234,56');
  expect(document.querySelector('output')).toHaveTextContent('');
});

it('is changed neither by the wheel nor by arrow keys', async () => {
  const user = await show(<Price />);
  const field = screen.getByLabelText('Price');
  await user.type(field, '100');
  await user.keyboard('{ArrowUp}{ArrowDown}{PageUp}');
  fireEvent.wheel(field, { deltaY: 100 });
  expect(document.querySelector('output')).toHaveTextContent('100');
});
