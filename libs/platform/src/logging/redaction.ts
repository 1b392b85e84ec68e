/**
 * Removes secrets from log entries, by field name and by the form of the value. Escapes and truncates client input, so that
 * it can neither forge log lines nor fill the log.
 */
import { format, type Logform } from 'winston';

const HIDDEN = '[hidden]';
const SECRET_KEY = /token|authorization|cookie|password|secret|^auth$|^text$|^content$/i;
/** A run of token characters. It is matched as a whole, so that the scan is linear in its length. */
const TOKEN_RUN = /[\w.-]{16,}/g;
const TOKEN_CHARACTER = /[\w.-]/;
const JWT_HEAD = /eyJ[\w-]{5}/;
const BODY_LENGTH = 5;
const JWT_PARTS = 3;
/** Minimum length of each part of a token whose header does not begin with `eyJ`. */
const LONG_PART = 16;
/** 32 random bytes in base64url, as in refresh tokens and keys. Identifiers of that length are rarely in mixed case. */
const RANDOM_LENGTH = 40;
const URL_PASSWORD = /(\w{1,20}:\/\/[^\s:/@]{0,200}):[^\s@/]{1,500}@/g;
const TOKEN_PARAMETER = /([?&](?:token|access_token|refresh_token|refreshToken|accessToken|password)=)[^&\s"]+/gi;
// drizzle appends the parameters to the message of a failed query: chat texts, password hashes.
const QUERY_PARAMETERS = /\nparams: [\s\S]*/;
// Control characters, Unicode line separators, and characters that change the writing direction.
const CONTROL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const NON_FRAME_LINE_BREAK = /\n(?!\s{2,}at )/g;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;
const MAX_LENGTH = 1_000;
/** Longer texts are cut before they are scanned. */
const MAX_SCANNED_LENGTH = 16_000;
const MAX_FRAMES_LENGTH = 8_000;
const MAX_CAUSES = 5;
const CAUSED_BY = ' ← ';

/** Redacts a value of a log entry. @param withFrames whether errors keep their stack frames. */
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

// The message is redacted separately from the frames: a query parameter in it may look like a frame.
function redactError(error: Error, withFrames: boolean): string {
  const description = causeChain(error).map(describeError).join(CAUSED_BY);
  if (!withFrames) return description;
  const { message, stack = '' } = error;
  const at = stack.indexOf(message);
  return `${description}${redactFrames(at < 0 ? '' : stack.slice(at + message.length))}`;
}

/** The error and its causes, outermost first: a failed query names the statement, and its cause the reason. */
function causeChain(error: Error): Error[] {
  const chain: Error[] = [];
  for (let next: unknown = error; next instanceof Error && chain.length < MAX_CAUSES; next = next.cause) {
    if (chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
}

/** Name, message and, unless the message contains it, the code: `ENOSPC`, or the SQLSTATE of PostgreSQL. */
function describeError(error: Error): string {
  const { name, message } = error;
  const { code } = error as { code?: unknown };
  const description = `${name}: ${redactText(message)}`;
  return typeof code !== 'string' || message.includes(code) ? description : `${description} [${redactText(code)}]`;
}

/** Keeps the line breaks before stack frames. Any other line break comes from a message and is escaped. */
function redactFrames(frames: string): string {
  return hideSecrets(frames)
    .slice(0, MAX_FRAMES_LENGTH)
    .replace(NON_FRAME_LINE_BREAK, '\\n')
    .replace(CONTROL, (character) => (character === '\n' ? character : escapeCharacter(character)));
}

// Secrets are hidden before the text is cut: half a token would no longer be recognised as one.
function redactText(text: string): string {
  const shown = hideSecrets(text);
  const more = text.length - MAX_LENGTH;
  const bounded = shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)} … ${more} characters more` : shown;
  return bounded.replace(CONTROL, escapeCharacter);
}

const hideSecrets = (text: string): string =>
  truncate(text)
    .replace(QUERY_PARAMETERS, '')
    .replace(TOKEN_PARAMETER, `$1${HIDDEN}`)
    .replace(URL_PASSWORD, `$1:${HIDDEN}@`)
    .replace(TOKEN_RUN, hideTokens);

/** Hides JWTs (a part that begins with `eyJ`, a body and a signature, which may be empty) and other long tokens of three parts. */
function hideTokens(run: string): string {
  const parts = run.split('.');
  if (parts.filter(({ length }) => length >= LONG_PART).length >= JWT_PARTS) return HIDDEN;
  const shown: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? '';
    const start = part.search(JWT_HEAD);
    const isToken = start >= 0 && index + 2 < parts.length && (parts[index + 1] ?? '').length >= BODY_LENGTH;
    shown.push(isToken ? `${part.slice(0, start)}${HIDDEN}` : looksRandom(part) ? HIDDEN : part);
    if (isToken) index += 2;
  }
  return shown.join('.');
}

const looksRandom = (part: string): boolean => part.length >= RANDOM_LENGTH && /[A-Z]/.test(part) && /[a-z]/.test(part);

/** Cuts a long text, and moves the cut to before a token that it would split. */
function truncate(text: string): string {
  if (text.length <= MAX_SCANNED_LENGTH) return text;
  let end = MAX_SCANNED_LENGTH;
  while (end > 0 && TOKEN_CHARACTER.test(text.charAt(end - 1))) end--;
  return `${text.slice(0, end)}…`;
}

const escapeCharacter = (character: string): string =>
  character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Levels of expected events. Stack frames add nothing to the message of their errors. */
const LEVELS_WITHOUT_FRAMES = new Set(['warn', 'info']);

/** Winston format that redacts an entry in place, because winston keeps symbols on it. */
export const redaction: Logform.FormatWrap = format((info) => {
  const withFrames = !LEVELS_WITHOUT_FRAMES.has(info.level);
  for (const key of Object.keys(info)) {
    const value = info[key];
    if (SECRET_KEY.test(key)) info[key] = HIDDEN;
    else if (key === 'stack')
      info[key] = [value].flat().map((item) => (typeof item === 'string' ? redactFrames(item) : item));
    else info[key] = redact(value, 0, withFrames);
  }
  return info;
});
