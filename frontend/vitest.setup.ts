// What jsdom lacks and Ant Design asks for, and cleaning up after each test.
import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// Test files share one window: what a person's browser keeps must not reach the next one.
afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});

function noMedia(query: string): MediaQueryList {
  return {
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  };
}

class NoResize implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

window.matchMedia = noMedia;
// jsdom lays nothing out.
Element.prototype.scrollIntoView = () => undefined;
window.ResizeObserver = NoResize;
// Ant Design asks for the style of a pseudo element to size a scrollbar; jsdom answers with a line of noise.
const computedStyle = window.getComputedStyle.bind(window);
Object.defineProperty(window, 'getComputedStyle', { value: (element: Element) => computedStyle(element) });
