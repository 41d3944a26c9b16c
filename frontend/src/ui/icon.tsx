// Our own line icons, 24 × 24, so that the light pages need no icon package. Decorative: the word stands beside them.

const PATHS = {
  home: 'M4 11.5 12 5l8 6.5M6 10v9h12v-9',
  tender: 'M7 4h8l4 4v12H7zM15 4v4h4M10 12h6M10 16h6',
  supplier: 'M4 20V9l7-4v15M11 20h9V11h-9M14 14h3M14 17h3M7 11h1M7 14h1M7 17h1',
  approval: 'M12 4l7 3v5c0 4.2-2.9 7-7 8-4.100-1-7-3.800-7-8V7zM9 12l2.200 2.200L15.500 10',
  timeline: 'M6 5v14M6 7h0M6 12h0M6 17h0M10 7h9M10 12h7M10 17h9',
  export: 'M12 4v10M8 10l4 4 4-4M5 18v2h14v-2',
  checkpoint: 'M12 4a5 5 0 0 1 2.500 9.300L16 20l-4-2-4 2 1.500-6.700A5 5 0 0 1 12 4z',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.600-3.600 3.400-5.500 7-5.500s6.400 1.900 7 5.500',
  accounts: 'M9 12a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 19c.500-3 2.800-4.500 6-4.500s5.500 1.500 6 4.500M15 5.500a3.500 3.500 0 0 1 0 6.500M17 14.800c2.300.500 3.700 1.900 4 4.200',
  bell: 'M12 4a5.500 5.500 0 0 1 5.500 5.500c0 4 1.500 5.500 1.500 5.500H5s1.500-1.500 1.500-5.500A5.500 5.500 0 0 1 12 4zM10 18.500a2 2 0 0 0 4 0',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  warn: 'M12 4l9 16H3zM12 10v5M12 17.500v.200',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.200',
  bad: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l12 7-12 7z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  plus: 'M12 5v14M5 12h14',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  upload: 'M12 16V5M8 9l4-4 4 4M5 18v2h14v-2',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  seal: 'M5 5h14v14H5zM9 9h6v6H9z',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  signal: 'M5 19v-4M10 19v-8M15 19V8M20 19V4',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  link: 'M10 14a4 4 0 0 0 6 .400l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.400l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500',
  gavel: 'M9 8l6 6M7 10l4-4 6 6-4 4zM4 20l6-6',
  chart: 'M4 20h16M6 16l4-5 4 3 5-8',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.700.300-1 .800-1 1.700M12 16.500v.200',
  sort: 'M8 5v14M5 16l3 3 3-3M16 19V5M13 8l3-3 3 3',
  filter: 'M4 6h16l-6 7v6l-4-2v-4z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
