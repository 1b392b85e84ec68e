/** What a client may choose in the `auth` of its handshake, beside its token. */
import { AppError } from '@aeturnis/contracts';

type HandshakeFields = Readonly<Record<string, unknown>>;

/** Whether the client wants events of one argument, without offsets, and therefore no session that it could resume. */
export const declinesRecovery = ({ recovery }: HandshakeFields): boolean => recovery === false;

/** @throws AppError for a value that would otherwise be ignored: the client's handlers would then get offsets after all. */
export function assertHandshakeOptions({ recovery }: HandshakeFields): void {
  if (recovery === undefined || typeof recovery === 'boolean') return;
  throw new AppError('VALIDATION', 'auth.recovery must be true or false, not a string; true is the default', {
    details: [{ field: 'recovery', problems: ['must be a boolean'] }],
  });
}
