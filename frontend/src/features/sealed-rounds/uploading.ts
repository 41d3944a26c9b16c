// The technical ciphertext goes up in pieces, any time before the commit; a cut goes on where it stopped (SEALING.md 4).
import { send, sendBytes } from '@/api/client';
import { asProblem, isPassing } from '@/api/problem';
import type { Bytes } from '@/sealing/seal';

interface UploadView {
  upload_id: string;
  offset: number;
  is_complete: boolean;
}

export interface UploadPorts {
  announce(body: { lot_id: string; size: number; sha256: string }): Promise<UploadView>;
  append(uploadId: string, offset: number, piece: Bytes): Promise<UploadView>;
  pause(ms: number): Promise<void>;
}

export function httpUploads(roundId: string): UploadPorts {
  const base = `/api/rounds/${roundId}/uploads`;
  return {
    announce: (body) => send<UploadView>('POST', base, body),
    append: (uploadId, offset, piece) => sendBytes<UploadView>(`${base}/${uploadId}`, piece, { 'Upload-Offset': String(offset) }),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

// A piece of a twentieth shows progress on small ones; a megabyte is what a poor line still sends within the minute.
const LEAST_PIECE = 64 * 1024;
const LARGEST_PIECE = 1024 * 1024;
const LONGEST_PAUSE_MS = 10_000;

export interface UploadTold {
  sent: number;
  size: number;
  /** The line is gone; it goes on by itself. */
  isCut: boolean;
}

/** The upload's id once the service has all of it. Throws a Problem for what no patience mends. */
export async function upload(ports: UploadPorts, what: { lotId: string; ct: Bytes; sha256: string }, tell: (told: UploadTold) => void): Promise<string> {
  const { lotId, ct, sha256 } = what;
  const size = ct.length;
  const piece = Math.max(LEAST_PIECE, Math.min(LARGEST_PIECE, Math.ceil(size / 20)));
  let at: UploadView | null = null;
  let fails = 0;
  for (;;) {
    try {
      // Announcing again finds the same upload by its digest, with the offset that has arrived.
      at ??= await ports.announce({ lot_id: lotId, size, sha256 });
      tell({ sent: at.offset, size, isCut: false });
      if (at.is_complete) return at.upload_id;
      at = await ports.append(at.upload_id, at.offset, ct.slice(at.offset, at.offset + piece));
      fails = 0;
    } catch (error) {
      const problem = asProblem(error);
      const isElsewhere = problem.code === 'UPLOAD_INCOMPLETE' && fails < 5;
      if (!isElsewhere && !isPassing(problem) && problem.status !== 408) throw error;
      // Asked for anew by its digest: the answer says where to go on.
      if (!isElsewhere) {
        tell({ sent: at?.offset ?? 0, size, isCut: true });
        await ports.pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(fails, 5)));
      }
      at = null;
      fails += 1;
    }
  }
}
