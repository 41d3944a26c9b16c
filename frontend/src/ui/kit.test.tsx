import { render } from '@testing-library/react';
import { Select } from 'antd';
import { expect, it } from 'vitest';

it('gives every style the nonce of the page, also one that begins like a mark', async () => {
  const meta = document.createElement('meta');
  Object.assign(meta, { name: 'csp-nonce', content: '__vXo53L0YRef_t0p8J3ng' });
  document.head.append(meta);
  const { Kit } = await import('./kit');
  render(
    <Kit>
      <Select options={[]} />
    </Kit>,
  );
  const styles = [...document.querySelectorAll('style')];
  expect(styles.length).toBeGreaterThan(0);
  expect(new Set(styles.map((style) => style.nonce))).toEqual(new Set([meta.content]));
});
