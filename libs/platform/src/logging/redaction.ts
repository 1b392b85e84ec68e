/** Keeps secrets out of the log: by the name of the field, and by the look of the value. */
import { format } from 'winston';

const HIDDEN = '[hidden]';
const SECRET_KEY = /token|authorization|cookie|password|secret|^auth$|^text$|^content$/i;
const JWT = /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
const URL_PASSWORD = /(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g;
const TOKEN_PARAMETER = /([?&](?:token|access_token)=)[^&\s"]+/gi;
const MAX_DEPTH = 6;

export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redactText(value.stack ?? value.message);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SECRET_KEY.test(key) ? HIDDEN : redact(item, depth + 1)]),
  );
}

function redactText(text: string): string {
  return text.replace(JWT, HIDDEN).replace(URL_PASSWORD, `$1:${HIDDEN}@`).replace(TOKEN_PARAMETER, `$1${HIDDEN}`);
}

/** Winston format; keeps the symbols winston puts on the entry. */
export const redaction = format((info) => {
  for (const key of Object.keys(info)) info[key] = SECRET_KEY.test(key) ? HIDDEN : redact(info[key]);
  return info;
});
