/**
 * Keeps secrets out of the log, by the name of the field and by the look of the value; and keeps what clients wrote from
 * looking like lines of the log, or filling it.
 */
import { format } from 'winston';

const HIDDEN = '[hidden]';
const SECRET_KEY = /token|authorization|cookie|password|secret|^auth$|^text$|^content$/i;
/** What tokens are made of; a run of it is looked at as a whole, in one pass, however long it is. */
const RUN = /[\w.-]{16,}/g;
const TOKEN_CHARACTER = /[\w.-]/;
const JWT_HEAD = /eyJ[\w-]{5}/;
const BODY_LENGTH = 5;
const JWT_PARTS = 3;
/** A part of a token whose issuer writes its headers otherwise. */
const LONG_PART = 16;
/** 32 random bytes in base64url: refresh tokens, keys. Names of that length are hardly ever in mixed case. */
const RANDOM_LENGTH = 40;
const URL_PASSWORD = /(\w{1,20}:\/\/[^\s:/@]{0,200}):[^\s@/]{1,500}@/g;
const TOKEN_PARAMETER = /([?&](?:token|access_token|refresh_token|refreshToken|accessToken|password)=)[^&\s"]+/gi;
// A failed query is reported with its parameters: texts of players, hashes of passwords.
const QUERY_PARAMETERS = /\nparams: [\s\S]*/;
// Control characters, line ends of Unicode, and what turns the direction of writing round.
const CONTROL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const FRAME = /\n(?!\s{2,}at )/g;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;
const MAX_LENGTH = 1_000;
/** Nothing behind it is looked at. */
const MAX_READ = 16_000;
const MAX_FRAMES_LENGTH = 8_000;
const MAX_CAUSES = 5;
const CAUSED_BY = ' ← ';

/** Of an error its frames as well, unless they would only hide what else is logged. */
export function redact(value: unknown, depth = 0, withFrames = true): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redactError(value, withFrames);
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => redact(item, depth + 1, withFrames));
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([key, item]) => [
      redactText(key),
      SECRET_KEY.test(key) ? HIDDEN : redact(item, depth + 1, withFrames),
    ]),
  );
}

// What was said first, by itself: a parameter may look like the frames behind it.
function redactError(error: Error, withFrames: boolean): string {
  const told = withCauses(error).map(tell).join(CAUSED_BY);
  if (!withFrames) return told;
  const { message, stack = '' } = error;
  const at = stack.indexOf(message);
  return `${told}${redactFrames(at < 0 ? '' : stack.slice(at + message.length))}`;
}

/** The error, and what it was caused by: a failed query says what was asked, and its cause what was wrong. */
function withCauses(error: Error): Error[] {
  const chain: Error[] = [];
  for (let next: unknown = error; next instanceof Error && chain.length < MAX_CAUSES; next = next.cause) {
    if (chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
}

/** With its code where the message lacks it: `ENOSPC`, or the SQLSTATE of PostgreSQL. */
function tell(error: Error): string {
  const { name, message } = error;
  const { code } = error as { code?: unknown };
  const told = `${name}: ${redactText(message)}`;
  return typeof code !== 'string' || message.includes(code) ? told : `${told} [${redactText(code)}]`;
}

/** Lines of a stack stay lines; whatever else begins one was written into a message. */
function redactFrames(frames: string): string {
  return hideSecrets(frames)
    .slice(0, MAX_FRAMES_LENGTH)
    .replace(FRAME, '\\n')
    .replace(CONTROL, (character) => (character === '\n' ? character : escaped(character)));
}

// Hidden before it is cut: half a token is one yet.
function redactText(text: string): string {
  const shown = hideSecrets(text);
  const more = text.length - MAX_LENGTH;
  const bounded = shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)} … ${more} characters more` : shown;
  return bounded.replace(CONTROL, escaped);
}

const hideSecrets = (text: string): string =>
  readable(text)
    .replace(QUERY_PARAMETERS, '')
    .replace(TOKEN_PARAMETER, `$1${HIDDEN}`)
    .replace(URL_PASSWORD, `$1:${HIDDEN}@`)
    .replace(RUN, hideTokens);

/** A token is three parts, of which the first begins like JSON, or is long as the others are, and the last may be empty. */
function hideTokens(run: string): string {
  const parts = run.split('.');
  if (parts.filter(({ length }) => length >= LONG_PART).length >= JWT_PARTS) return HIDDEN;
  const shown: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? '';
    const start = part.search(JWT_HEAD);
    const isToken = start >= 0 && index + 2 < parts.length && (parts[index + 1] ?? '').length >= BODY_LENGTH;
    shown.push(isToken ? `${part.slice(0, start)}${HIDDEN}` : isRandom(part) ? HIDDEN : part);
    if (isToken) index += 2;
  }
  return shown.join('.');
}

const isRandom = (part: string): boolean => part.length >= RANDOM_LENGTH && /[A-Z]/.test(part) && /[a-z]/.test(part);

/** The beginning of a text, without a token that would be cut in two. */
function readable(text: string): string {
  if (text.length <= MAX_READ) return text;
  let end = MAX_READ;
  while (end > 0 && TOKEN_CHARACTER.test(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)}…`;
}

const escaped = (character: string): string =>
  character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Levels of what is expected to happen: the message of an error says what it was, its frames say nothing more. */
const WITHOUT_FRAMES = new Set(['warn', 'info']);

/** Winston format; keeps the symbols winston puts on the entry. */
export const redaction = format((info) => {
  const withFrames = !WITHOUT_FRAMES.has(info.level);
  for (const key of Object.keys(info)) {
    const value = info[key];
    if (SECRET_KEY.test(key)) info[key] = HIDDEN;
    else if (key === 'stack')
      info[key] = [value].flat().map((item) => (typeof item === 'string' ? redactFrames(item) : item));
    else info[key] = redact(value, 0, withFrames);
  }
  return info;
});
