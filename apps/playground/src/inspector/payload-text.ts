/** Payloads as text. */
const BINARY = (value: ArrayBuffer | ArrayBufferView): string => `binary, ${value.byteLength} bytes`;
const replaceBinary = (_key: string, value: unknown): unknown =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? BINARY(value) : value;

export const prettyJson = (payload: unknown): string => jsonOf(payload, replaceBinary, 2);

type Replacer = (key: string, value: unknown) => unknown;

/** Empty for what JSON does not have, such as undefined. */
function jsonOf(value: unknown, replacer: Replacer, indent?: number): string {
  const json: unknown = JSON.stringify(value, replacer, indent);
  return typeof json === 'string' ? json : '';
}

const lines = new WeakMap<object, { readonly text: string; readonly bytes: number }>();

/** The payload in one line of JSON, and its size as it is sent, without what surrounds it. Kept as long as the payload. */
export function payloadLine(payload: unknown): { readonly text: string; readonly bytes: number } {
  if (typeof payload !== 'object' || payload === null) return lineOf(payload);
  const known = lines.get(payload) ?? lineOf(payload);
  lines.set(payload, known);
  return known;
}

function lineOf(payload: unknown): { readonly text: string; readonly bytes: number } {
  let binaryBytes = 0;
  const measure = (key: string, value: unknown): unknown => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) binaryBytes += value.byteLength;
    return replaceBinary(key, value);
  };
  const text = jsonOf(payload, measure);
  return { text, bytes: binaryBytes > 0 ? binaryBytes : new TextEncoder().encode(text).length };
}
