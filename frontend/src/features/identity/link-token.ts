// The token of a one-time link stands behind # so that it reaches no server log; it stays in the address until it is used.

import { useLocation } from 'react-router';

export function useLinkToken(): string {
  return useLocation().hash.replace(/^#/, '');
}
