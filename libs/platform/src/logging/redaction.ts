/** Keeps secrets out of the log: by the name of the field, and by the look of the value. */
import { format } from 'winston';

const HIDDEN = '[hidden]';
const SECRET_KEY = /token|authorization|cookie|password|secret|^auth$|^text$|^content$/i;
const JWT = /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
const URL_PASSWORD = /(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g;
const TOKEN_PARAMETER = /([?&](?:token|access_token)=)[^&\s"]+/gi;
// A failed query is reported with its parameters: texts of players, hashes of passwords.
const QUERY_PARAMETERS = /\nparams: [\s\S]*/;
const MAX_DEPTH = 6;

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
  return text
    .replace(JWT, HIDDEN)
    .replace(URL_PASSWORD, `$1:${HIDDEN}@`)
    .replace(TOKEN_PARAMETER, `$1${HIDDEN}`)
    .replace(QUERY_PARAMETERS, '');
}

/** Winston format; keeps the symbols winston puts on the entry. */
export const redaction = format((info) => {
  for (const key of Object.keys(info)) info[key] = SECRET_KEY.test(key) ? HIDDEN : redact(info[key]);
  return info;
});
