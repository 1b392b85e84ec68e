// The dialogue with the conformance kit: instructions arrive as lines of JSON on stdin, observations leave on stdout.
import { createInterface } from 'node:readline';

export const report = (is, fields = {}) => console.log(JSON.stringify({ is, ...fields }));

let giveToken;

/** Asks the kit for a fresh access token, as an application would ask its login. */
export function freshToken() {
  report('token-needed');
  return new Promise((resolve) => (giveToken = resolve));
}

/** `handlers`: what to do for `connect` and `send`. The program ends with its stdin. */
export function runClient({ name, lacks = [] }, handlers) {
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const { do: what, ...fields } = JSON.parse(line);
      if (what === 'token') giveToken?.(fields.token);
      else handlers[what](fields);
    })
    .on('close', () => process.exit());
  report('hello', { name, lacks });
}
