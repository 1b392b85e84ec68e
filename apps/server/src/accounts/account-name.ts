/** Rules for the names of accounts: the login, and the display name that other users see. */
import { randomInt, randomUUID } from 'node:crypto';
import { AppError, canonicalName, nameKey, nameProblem, type NameRules, nameSkeleton } from '@aeturnis/contracts';

export const LOGIN_PATTERN = /^[A-Za-z0-9_.-]{3,24}$/;
/** The pattern in words, for error messages. */
export const LOGIN_RULE = 'must be 3 to 24 of A-Z a-z 0-9 _ . -';

const MAX_LENGTH = 24;
const MIN_LENGTH = 3;
/** Characters that are read of a name from an outside issuer: the patterns below take quadratic time. */
const MAX_READ = 128;

/** Names with which a user could impersonate the operator, or that the server uses itself. */
const RESERVED = new Set([
  'admin',
  'administrator',
  'aeturnis',
  'all',
  'anonymous',
  'deleted',
  'everyone',
  'gamemaster',
  'gm',
  'guest',
  'here',
  'me',
  'mod',
  'moderator',
  'null',
  'official',
  'owner',
  'root',
  'security',
  'server',
  'staff',
  'support',
  'system',
  'undefined',
]);

// Also in upper case: capitals resemble other letters than small ones do.
const RESERVED_SKELETONS = new Set([...RESERVED].flatMap((name) => [name, name.toUpperCase()]).map(nameSkeleton));

/** Logins are compared by this key. */
export const loginKey = (name: string): string => name.toLowerCase();

/** Ignores separators, and compares letters that look alike as equal. */
export function isReservedName(name: string): boolean {
  return RESERVED_SKELETONS.has(nameSkeleton(name.replace(/[^\p{L}\p{M}\p{N}]/gu, '')));
}

export const DISPLAY_NAME_RULES: NameRules = { digits: true };

/** Letters and digits that cannot be confused with each other. */
const ALPHABET = '23456789abcdefghjkpqrstuvwxyz';
const GENERATED_NAME_DIGITS = 8;
const SUFFIX_BASE = 36;

/** A display name such as `Guest-4k2x9qsa`. */
export function generateDisplayName(kind: 'Guest' | 'Player'): string {
  return `${kind}-${Array.from({ length: GENERATED_NAME_DIGITS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}

/** The login of a guest; it does not match LOGIN_PATTERN, so no user can log in with it. */
export const generateGuestLogin = (): string => `guest-${randomUUID()}`;

/** A display name from a name by an outside issuer; null if it is not a valid display name, such as an email address. */
export function displayNameFrom(issuerName: string | undefined): string | null {
  if (issuerName === undefined || nameProblem(issuerName, DISPLAY_NAME_RULES) !== null || isReservedName(issuerName))
    return null;
  return canonicalName(issuerName);
}

/** A login derived from a name by an outside issuer; `suffix` makes it unique if it is taken. */
export function loginFrom(issuerName: string | undefined, suffix = ''): string {
  const plain = (issuerName ?? '')
    .slice(0, MAX_READ)
    .normalize('NFKD')
    .slice(0, MAX_READ)
    .replace(/\p{M}/gu, '')
    .replace(/@.*$/u, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = plain.length < MIN_LENGTH || isReservedName(plain) ? `player_${plain}`.replace(/_$/, '') : plain;
  return `${base.slice(0, MAX_LENGTH - suffix.length)}${suffix}`;
}

/** A suffix for `loginFrom`. */
export const randomLoginSuffix = (): string => `-${randomInt(SUFFIX_BASE ** 4).toString(SUFFIX_BASE)}`;

/** Whether a display name reveals the login of its holder: both have the same name key. */
export const revealsLogin = (displayName: string, login: string): boolean => nameKey(displayName) === nameKey(login);

export const sameAsLoginError = (field: string): AppError =>
  new AppError('VALIDATION', 'The display name, which others see, must differ from the username', {
    details: [{ field, problems: ['must differ from the other name'] }],
  });

export const reservedNameError = (field: string, name: string, message = `The name ${name} is reserved`): AppError =>
  new AppError('VALIDATION', message, { details: [{ field, problems: [message] }] });
