// How a feature declares its pages; app/routes.tsx collects the lists of all features into the router and the navigation.

import type { ComponentType } from 'react';

import type { Role } from '@/domain/roles';
import type { Book, Key } from '@/i18n/catalogue';

import type { IconName } from './icon';

/** desk: rail, header, Ant Design ready · room: nothing around it, no Ant Design loaded · door: a calm sheet for people not signed in. */
export type PageFrame = 'desk' | 'room' | 'door';

export interface NavPlace {
  label: Key<'frame'>;
  icon: IconName;
  /** The order of the process: groups in this order, items as listed. */
  group: 'work' | 'suppliers' | 'process' | 'control' | 'record' | 'house';
  /** Only for these of the page's roles, where not for all of them. */
  roles?: readonly Role[];
}

export interface Page {
  /** As react-router writes it, from the root: "/tenders/:tenderId". */
  path: string;
  frame: PageFrame;
  /** Who may open it; "signed-in": any account; "public": nobody need be signed in. */
  for: readonly Role[] | 'signed-in' | 'public';
  /** Books of the catalogue it needs besides the base ones. */
  books: readonly Book[];
  load: () => Promise<{ default: ComponentType }>;
  nav?: NavPlace;
}
