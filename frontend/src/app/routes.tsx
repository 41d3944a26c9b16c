// The one list of pages. Each feature declares its own in pages.ts; here they become routes, lazily loaded with their words.

import { createBrowserRouter, type RouteObject } from 'react-router';

import { approvalPages } from '@/features/approvals/pages';
import { auditPages } from '@/features/audit/pages';
import { awardPages } from '@/features/award/pages';
import { demandPages } from '@/features/demand/pages';
import { evaluationPages } from '@/features/evaluation/pages';
import { identityPages } from '@/features/identity/pages';
import { liveRoundPages } from '@/features/live-rounds/pages';
import { calendarPages } from '@/features/calendar/pages';
import { committeePages } from '@/features/committee/pages';
import { noticePages } from '@/features/notices/pages';
import { performancePages } from '@/features/suppliers/performance/pages';
import { paymentPages } from '@/features/payments/pages';
import { openingPages } from '@/features/sealed-rounds/opening-pages';
import { sealedRoundPages } from '@/features/sealed-rounds/pages';
import { supplierPages } from '@/features/suppliers/pages';
import { tenderPages } from '@/features/tenders/pages';
import { openBooks } from '@/i18n/start';
import type { Page, PageFrame } from '@/ui/page';

import { Crashed } from './crashed';
import { DoorGate, DeskGate, RoomGate } from './gates';
import { Nowhere } from './nowhere';
import { Waiting } from './waiting';

/** In the order of the process: the navigation lists them so. */
export const pages: readonly Page[] = [
  ...identityPages,
  ...demandPages,
  ...tenderPages,
  ...sealedRoundPages,
  ...liveRoundPages,
  ...openingPages,
  ...evaluationPages,
  ...awardPages,
  ...paymentPages,
  ...supplierPages,
  ...performancePages,
  ...approvalPages,
  ...auditPages,
  ...noticePages,
  ...calendarPages,
  ...committeePages,
];

function thrown(error: unknown): never {
  throw error;
}

function routesOf(frame: PageFrame): RouteObject[] {
  return pages
    .filter((page) => page.frame === frame)
    .map((page) => ({
      path: page.path,
      handle: page,
      errorElement: <Crashed />,
      lazy: async () => {
        try {
          const [module] = await Promise.all([page.load(), openBooks(page.books)]);
          return { Component: module.default };
        } catch (error) {
          // Thrown when it is drawn: a first page that cannot be loaded would otherwise stay blank.
          return { Component: () => thrown(error) };
        }
      },
    }));
}

export function makeRouter() {
  return createBrowserRouter([
    {
      errorElement: <Crashed />,
      HydrateFallback: Waiting,
      children: [
        { element: <DoorGate />, children: routesOf('door') },
        { element: <RoomGate />, children: routesOf('room') },
        { element: <DeskGate />, children: [...routesOf('desk'), { path: '*', element: <Nowhere /> }] },
      ],
    },
  ]);
}
