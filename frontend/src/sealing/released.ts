// The SHA-256 of the sealing file that these pages load; the build writes it (sealing-file.ts). Null where nothing is built.
export const RELEASED: string | null = null;
