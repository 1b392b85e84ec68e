/** Why a session is not given back. */
import type { RefusedRestore } from './recovery-store';

export type Refusal =
  RefusedRestore | 'void' | 'malformed' | 'foreign' | 'superseded' | 'ended' | 'limited' | 'unavailable';

export class RestoreRefused extends Error {
  constructor(readonly reason: Refusal) {
    super(`the session cannot be recovered: ${reason}`);
  }
}
