/** What accounts may be called: by whom logs in with them, and by others. */
import { randomInt, randomUUID } from 'node:crypto';
import { AppError, canonicalName, nameKey, nameProblem, type NameRules, nameSkeleton } from '@aeturnis/contracts';

export const LOGIN_PATTERN = /^[A-Za-z0-9_.-]{3,24}$/;
/** The same in words. */
export const LOGIN_RULE = 'must be 3 to 24 of A-Z a-z 0-9 _ . -';

const MAX_LENGTH = 24;
const MIN_LENGTH = 3;
/** Of a name that comes from outside; the patterns below take quadratic time. */
const MAX_READ = 128;

/** Names under which somebody could pose as the house, or that the house uses itself. */
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

// Capitals look like other letters than small ones do.
const RESERVED_SKELETONS = new Set([...RESERVED].flatMap((name) => [name, name.toUpperCase()]).map(nameSkeleton));

/** Two logins with the same key are one login. */
export const loginKey = (name: string): string => name.toLowerCase();

/** Neither separators nor letters that look alike make a reserved name another one. */
export function isReserved(name: string): boolean {
  return RESERVED_SKELETONS.has(nameSkeleton(name.replace(/[^\p{L}\p{M}\p{N}]/gu, '')));
}

/** Of display names. */
export const DISPLAY_NAME: NameRules = { digits: true };

/** Without letters and digits that look like others. */
const ALPHABET = '23456789abcdefghjkpqrstuvwxyz';
const MADE_UP_DIGITS = 8;
const BASE = 36;

/** A display name such as `Guest-4k2x9qsa`. */
export function madeUpName(kind: 'Guest' | 'Player'): string {
  return `${kind}-${Array.from({ length: MADE_UP_DIGITS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}

/** The login of an account that nobody logs in with. */
export const unusedLogin = (): string => `guest-${randomUUID()}`;

/** A display name of what an outside issuer calls somebody; null where that is no such name, or may be a login. */
export function displayNameFrom(outside: string | undefined): string | null {
  if (outside === undefined || nameProblem(outside, DISPLAY_NAME) !== null || isReserved(outside)) return null;
  return canonicalName(outside);
}

/** A login made of what an outside issuer calls somebody; `suffix` sets it apart where that is taken. */
export function nameFrom(outside: string | undefined, suffix = ''): string {
  const plain = (outside ?? '')
    .slice(0, MAX_READ)
    .normalize('NFKD')
    .slice(0, MAX_READ)
    .replace(/\p{M}/gu, '')
    .replace(/@.*$/u, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = plain.length < MIN_LENGTH || isReserved(plain) ? `player_${plain}`.replace(/_$/, '') : plain;
  return `${base.slice(0, MAX_LENGTH - suffix.length)}${suffix}`;
}

/** A suffix for `nameFrom`. */
export const nameSuffix = (): string => `-${randomInt(BASE ** 4).toString(BASE)}`;

/** Whether a display name tells the login of its holder. */
export const givesAway = (displayName: string, login: string): boolean => nameKey(displayName) === nameKey(login);

export const sameAsLogin = (field: string): AppError =>
  new AppError('VALIDATION', 'The display name, which others see, must differ from the username', {
    details: [{ field, problems: ['must differ from the other name'] }],
  });
