/** Keeps secrets out of the log: by the name of the field, and by the look of the value. */
import { format } from 'winston';

const HIDDEN = '[hidden]';
const SECRET_KEY = /token|authorization|cookie|password|secret|^auth$|^text$|^content$/i;
/** Parts of a token with the points between them. Every expression here takes time in proportion to the text: some of what
 * is logged, such as a path, a client has chosen. */
const TOKEN_LIKE = /[\w.-]{16,}/g;
const TOKEN_HEAD = /\beyJ[\w-]{5}/;
const TOKEN_BODY_LENGTH = 5;
const URL_PASSWORD = /\b(\w{1,32}:\/\/[^\s:/@]*):[^\s@/]+@/g;
const TOKEN_PARAMETER = /([?&](?:token|access_token)=)[^&\s"]+/gi;
// A failed query is reported with its parameters: texts of players, hashes of passwords.
const QUERY_PARAMETERS = /\nparams: [\s\S]*/;
const MAX_DEPTH = 6;
/** Nobody reads a text of a log line further, and a client must not fill the log by one request. */
const MAX_LENGTH = 8_192;

export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redactError(value);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SECRET_KEY.test(key) ? HIDDEN : redact(item, depth + 1)]),
  );
}

// What was said first, by itself: a parameter may look like the frames behind it.
function redactError({ name, message, stack = '' }: Error): string {
  const at = stack.indexOf(message);
  const frames = at < 0 ? '' : stack.slice(at + message.length);
  return `${name}: ${redactText(message)}${redactText(frames)}`;
}

function redactText(text: string): string {
  return shortened(
    text
      .replace(TOKEN_LIKE, hideTokens)
      .replace(URL_PASSWORD, `$1:${HIDDEN}@`)
      .replace(TOKEN_PARAMETER, `$1${HIDDEN}`)
      .replace(QUERY_PARAMETERS, ''),
  );
}

/** A token is three parts, of which the first begins like JSON and the last may be empty. */
function hideTokens(run: string): string {
  const parts = run.split('.');
  const shown: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? '';
    const start = part.search(TOKEN_HEAD);
    const isToken = start >= 0 && index + 2 < parts.length && (parts[index + 1] ?? '').length >= TOKEN_BODY_LENGTH;
    shown.push(isToken ? `${part.slice(0, start)}${HIDDEN}` : part);
    if (isToken) index += 2;
  }
  return shown.join('.');
}

/** Cut after what is secret has been hidden: half a token would not be known for one. */
function shortened(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `${text.slice(0, MAX_LENGTH)} … ${text.length - MAX_LENGTH} characters more`;
}

/** Winston format; keeps the symbols winston puts on the entry. */
export const redaction = format((info) => {
  for (const key of Object.keys(info)) info[key] = SECRET_KEY.test(key) ? HIDDEN : redact(info[key]);
  return info;
});
