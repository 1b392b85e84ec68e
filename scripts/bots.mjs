// Fills a running server with guests that walk about and talk numbered lines: `npm run bots -- 50`. Ends with Ctrl-C.
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';
import { emitCommand, waitForEvent } from './demo/client.mjs';
import { RandomStroll } from './demo/random-stroll.mjs';
import { endWithLauncher } from './launcher.mjs';

const DEFAULT_BOTS = 20;
const MAX_BOTS = 500;
/** Below the rate at which the server takes the lines of one user in a channel. */
const TALK_MS = 9_000;
const REPORT_MS = 10_000;
const CONCURRENCY = 4;
/** The square of the starting village and what is around it. */
const AREA = { x: 84, y: 84, width: 34, height: 30 };
const CLASSES = ['warrior', 'mage', 'ranger', 'cleric'];
/** Without letters that look alike: names that resemble each other are refused. */
const LETTERS = 'abcdefghkmnoprstuwxyz';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { url: { type: 'string' } } });
const wanted = Number(positionals[0] ?? DEFAULT_BOTS);
const server = new URL(values.url ?? process.env.SERVER ?? 'http://127.0.0.1:3000');
const isLocal = ['127.0.0.1', 'localhost'].includes(server.hostname) && process.platform === 'linux';
const run = Array.from({ length: 3 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join('');
const bots = [];
let said = 0;

if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_BOTS) {
  console.error(`Usage: npm run bots -- <1 to ${MAX_BOTS}> [--url http://127.0.0.1:3000]`);
  process.exit(1);
}

const nameOf = (number) =>
  `Bot ${run}${LETTERS[Math.floor(number / LETTERS.length) % LETTERS.length]}${LETTERS[number % LETTERS.length]}`;

/**
 * On Linux each bot has an address and a network of its own, as the players of a real server have: the server lets an address
 * create ten guests a minute.
 */
const agentOf = (number) =>
  new Agent({ keepAlive: true, ...(isLocal && { localAddress: `127.0.${(number % 250) + 1}.1` }) });

function postFrom(agent, path, body, token) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const sent = request(new URL(path, server), { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const answer = JSON.parse(text);
        if (response.statusCode < 300) return resolve(answer);
        reject(Object.assign(new Error(`${path}: ${answer.error.message}`), answer.error));
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

/** Waits as long as the server asks for, if it has too many requests. */
async function patiently(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error.retryAfterMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
    }
  }
}

async function join(number) {
  const agent = agentOf(number);
  const { accessToken } = await patiently(() => postFrom(agent, '/api/auth/guest', { name: nameOf(number) }));
  const body = { name: nameOf(number), class: CLASSES[number % CLASSES.length] };
  const { id } = await patiently(() => postFrom(agent, '/api/characters', body, accessToken));
  const socket = io(server.href, { transports: ['websocket'], auth: { token: accessToken }, agent });
  await waitForEvent(socket, 'system:sync', undefined, 30_000);
  const { character, speed } = await emitCommand(socket, 'character:select', { characterId: id });
  const stroll = new RandomStroll(socket, character, speed, AREA);
  let line = 0;
  const talk = async () => {
    line += 1;
    const channel = line % 2 === 0 ? 'zone' : 'global';
    const text = `line ${line} of ${nameOf(number)}`;
    // A line that is refused or not answered is not repeated: the next one has another number.
    if (await emitCommand(socket, 'chat:message', { channel, text }).catch(() => undefined)) said += 1;
  };
  const timer = setInterval(() => void talk(), TALK_MS + Math.random() * TALK_MS);
  bots.push({ socket, stroll, timer });
  await talk();
}

async function joinAll() {
  const numbers = Array.from({ length: wanted }, (_, number) => number);
  const next = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift())
      await join(number).catch((error) => console.error(`A bot could not join: ${error.message}`));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, next));
}

function end() {
  for (const { socket, stroll, timer } of bots) {
    clearInterval(timer);
    stroll.stop();
    socket.disconnect();
  }
  console.log(`\n${bots.length} bots have left. They have said ${said} lines.`);
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
endWithLauncher();
console.log(
  `${wanted} guests join the world at ${server.origin}: they walk about and say numbered lines to the zone and to all.`,
);
if (!isLocal) console.log('The server lets an address create ten guests a minute: more than that takes a while.');
console.log('Ctrl-C sends them away.');
const report = () => console.log(`${bots.length} of ${wanted} bots are there, ${said} lines said`);
setInterval(report, REPORT_MS).unref();
await joinAll();
report();
if (bots.length === 0) {
  console.error(`No bot could join. Is the server running at ${server.origin}? Start it with: npm start`);
  process.exit(1);
}
