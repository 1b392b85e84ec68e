// Code for the client SDK, and for the stock Socket.IO clients in JavaScript and Python: on the page of events, and in the
// inspector of the playground, which runs it in browsers.

/** As they are called, in their order. */
export const SAMPLE_LABELS = [
  ['sdk', 'Client SDK'],
  ['javascript', 'JavaScript'],
  ['python', 'Python'],
];

export const CONNECT_SAMPLES = {
  sdk: `import { createClient } from '@aeturnis/client';

const client = createClient({ url: 'http://localhost:3000', getToken: () => accessToken }); // from POST /api/auth/guest
await client.connect();`,
  javascript: `import { io } from 'socket.io-client';

const socket = io('http://localhost:3000', { auth: { token: accessToken } }); // from POST /api/auth/guest
socket.on('connect_error', ({ message, data }) => console.error(message, data?.code));`,
  python: `import socketio

sio = socketio.Client()
sio.connect('http://localhost:3000', auth={'token': access_token})  # from POST /api/auth/guest`,
};

/** `isVolatile`: for commands that may be lost. */
export function commandSamples(name, payload, isVolatile) {
  const request = `('${name}', ${literal(payload, JAVASCRIPT)})`;
  return {
    sdk: isVolatile ? `client.send${request};` : `const result = await client.request${request};`,
    javascript: `const answer = await socket.timeout(10_000).emitWithAck${request};
if (!answer.success) console.error(answer.error.code, answer.error.message);`,
    python: `answer = sio.call('${name}', ${literal(payload, PYTHON)}, timeout=10)
if not answer['success']:
    print(answer['error']['code'], answer['error']['message'])`,
  };
}

export function eventSamples(name) {
  return {
    sdk: `client.on('${name}', (event) => console.log(event));`,
    javascript: `socket.on('${name}', (event) => console.log(event));`,
    python: `@sio.on('${name}')
def on_${name.replaceAll(':', '_')}(event, *_):
    print(event)`,
  };
}

/** Characters that may not stand in a literal of one of the languages, or are not kept by a clipboard. */
const UNSAFE = /[\0-\x1f\x7f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const escapeUnit = (unit) => (unit === '\n' ? '\\n' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const quote = (text) => `'${text.replace(/[\\']/g, '\\$&').replace(UNSAFE, escapeUnit)}'`;
/** In a literal of an object, `__proto__` would set the prototype. */
const fieldKey = (name) => (name === '__proto__' ? `['__proto__']` : /^[a-z]\w*$/i.test(name) ? name : quote(name));
const JAVASCRIPT = { key: fieldKey, keywords: {}, padding: ' ' };
const PYTHON = { key: quote, keywords: { true: 'True', false: 'False', null: 'None' }, padding: '' };

function literal(value, language) {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((element) => literal(element, language)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => `${language.key(name)}: ${literal(field, language)}`);
    return fields.length === 0 ? '{}' : `{${language.padding}${fields.join(', ')}${language.padding}}`;
  }
  return language.keywords[String(value)] ?? String(value);
}
