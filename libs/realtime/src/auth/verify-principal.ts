/** Verifies a token and checks the shape of the returned principal, because the verifier is code of the application. */
import { AppError, type Principal } from '@aeturnis/contracts';
import type { Clock } from '../base/clock';
import type { TokenVerifier } from './token-verifier';

type UncheckedPrincipal = Readonly<Record<keyof Principal, unknown>>;

/** Ids become names of rooms and keys of Redis; names are part of every event about a user. */
const MAX_ID_LENGTH = 200;
const MAX_NAME_LENGTH = 200;
const MAX_ROLES = 100;
/** A time in milliseconds after 1973, or one in seconds before the year 5138. */
const MIN_MILLISECONDS = 1e11;
// PostgreSQL stores no NUL, and JSON replaces half a surrogate pair.
const UNSAFE = /[\p{Cc}\p{Cs}]/u;

const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value.length <= maxLength && !UNSAFE.test(value);
const isRole = (value: unknown): boolean => isText(value, MAX_NAME_LENGTH);
const isListOfRoles = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MAX_ROLES && value.every(isRole);

const RULES: readonly { isMet: (principal: UncheckedPrincipal) => boolean; rule: string }[] = [
  {
    isMet: ({ userId }) => isText(userId, MAX_ID_LENGTH) && userId !== '',
    rule: `userId must be a text of 1 to ${MAX_ID_LENGTH} characters without control characters`,
  },
  {
    isMet: ({ name }) => isText(name, MAX_NAME_LENGTH),
    rule: `name must be a text of at most ${MAX_NAME_LENGTH} characters without control characters`,
  },
  { isMet: ({ roles }) => isListOfRoles(roles), rule: `roles must be a list of at most ${MAX_ROLES} texts` },
  {
    isMet: ({ sessionId }) => isText(sessionId, MAX_ID_LENGTH),
    rule: `sessionId must be a text of at most ${MAX_ID_LENGTH} characters without control characters`,
  },
  {
    isMet: ({ expiresAt }) => Number.isFinite(expiresAt) && Number(expiresAt) >= MIN_MILLISECONDS,
    rule: 'expiresAt must be milliseconds since 1970 (the `exp` of a token has seconds)',
  },
];

/**
 * @throws what the verifier throws; AppError EXPIRED_TOKEN for a principal whose token has expired; a TypeError if it returns a
 * malformed one. That is a fault of the application: the handshake fails, a command is answered INTERNAL, and the log names
 * the properties.
 */
export async function verifyPrincipal(verifier: TokenVerifier, token: string, clock: Clock): Promise<Principal> {
  const principal = (await verifier.verify(token)) as Principal | null | undefined;
  if (typeof principal !== 'object' || principal === null)
    throw new TypeError('TokenVerifier.verify() returned no principal: it must return one or throw an AppError');
  const problems = describeProblems(principal);
  if (problems !== null) throw new TypeError(`TokenVerifier.verify() returned a malformed principal: ${problems}`);
  if (principal.expiresAt <= clock.now())
    throw new AppError('EXPIRED_TOKEN', 'The token has expired: send a fresh one');
  return principal;
}

/** Null if the principal is well-formed. Runs for every connection, so it allocates nothing for a well-formed one. */
function describeProblems(principal: UncheckedPrincipal): string | null {
  let problems: string | null = null;
  for (const { isMet, rule } of RULES) if (!isMet(principal)) problems = problems ? `${problems}, ${rule}` : rule;
  return problems;
}
