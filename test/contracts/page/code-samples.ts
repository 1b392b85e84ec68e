/** Code for the client SDK, and for the stock Socket.IO clients in JavaScript and Python. */

export interface CodeSamples {
  readonly sdk: string;
  readonly javascript: string;
  readonly python: string;
}

/** As the page calls them, in its order. */
export const SAMPLE_LABELS: readonly [language: keyof CodeSamples, label: string][] = [
  ['sdk', 'Client SDK'],
  ['javascript', 'JavaScript'],
  ['python', 'Python'],
];

export const CONNECT_SAMPLES: CodeSamples = {
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

/** @param isVolatile for commands that may be lost. */
export function commandSamples(name: string, payload: unknown, isVolatile: boolean): CodeSamples {
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

export function eventSamples(name: string): CodeSamples {
  return {
    sdk: `client.on('${name}', (event) => console.log(event));`,
    javascript: `socket.on('${name}', (event) => console.log(event));`,
    python: `@sio.on('${name}')
def on_${name.replaceAll(':', '_')}(event, *_):
    print(event)`,
  };
}

interface Language {
  readonly key: (name: string) => string;
  readonly keywords: Readonly<Record<string, string>>;
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
const JAVASCRIPT: Language = { key: (name) => (/^[a-z]\w*$/i.test(name) ? name : quoted(name)), keywords: {} };
const PYTHON: Language = { key: quoted, keywords: { true: 'True', false: 'False', null: 'None' } };

function literal(value: unknown, language: Language): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((element) => literal(element, language)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => `${language.key(name)}: ${literal(field, language)}`);
    return fields.length === 0
      ? '{}'
      : `{ ${fields.join(', ')} }`.replace(/^\{ (.*) \}$/s, language === PYTHON ? '{$1}' : '$&');
  }
  return language.keywords[String(value)] ?? String(value);
}
