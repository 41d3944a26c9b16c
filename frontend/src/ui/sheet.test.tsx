import { fireEvent, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { show } from '@/testing/show';

import { AreaField } from './field';
import { Sheet } from './sheet';

async function opened() {
  const onClose = vi.fn();
  const user = await show(
    <Sheet title="Pause" onClose={onClose} foot={<button type="button">Send</button>}>
      <AreaField label="Reason" />
    </Sheet>,
  );
  return { user, onClose, sheet: screen.getByRole('dialog', { name: 'Pause' }) };
}

it('closes on its backdrop, on Escape and by its cross while nothing was typed', async () => {
  const { user, onClose, sheet } = await opened();
  fireEvent.click(sheet);
  fireEvent(sheet, new Event('cancel', { cancelable: true }));
  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(onClose).toHaveBeenCalledTimes(3);
});

it('asks before it throws away what was typed, and keeps it', async () => {
  const { user, onClose, sheet } = await opened();
  await user.type(screen.getByLabelText('Reason'), 'The line to the hall is down');
  for (const slip of [() => fireEvent.click(sheet), () => fireEvent(sheet, new Event('cancel', { cancelable: true }))]) {
    slip();
    expect(onClose).not.toHaveBeenCalled();
    expect(screen.getByText(/not sent yet/)).toHaveAttribute('role', 'alert');
    await user.click(screen.getByRole('button', { name: 'Keep writing' }));
    expect(screen.getByLabelText('Reason')).toHaveValue('The line to the hall is down');
    expect(screen.getByRole('button', { name: 'Send' })).toBeInTheDocument();
  }
});

it('comes back where the browser closed it over typed text, and closes when that is wanted', async () => {
  const { user, onClose, sheet } = await opened();
  await user.type(screen.getByLabelText('Reason'), 'x');
  (sheet as HTMLDialogElement).close();
  fireEvent(sheet, new Event('close'));
  expect(sheet).toHaveAttribute('open');
  await user.click(screen.getByRole('button', { name: 'Discard it' }));
  expect(onClose).toHaveBeenCalledOnce();
});
