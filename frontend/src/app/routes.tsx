// The pages as routes, each loaded with its words when it is opened.

import { createBrowserRouter, type RouteObject } from 'react-router';

import { openBooks } from '@/i18n/start';
import type { PageFrame } from '@/ui/page';

import { Crashed } from './crashed';
import { DoorGate, DeskGate, RoomGate } from './gates';
import { Nowhere } from './nowhere';
import { pages } from './pages';
import { Waiting } from './waiting';

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
