/**
 * Draws a zone as a live map: two players, thirty bots and the monsters, over real sockets against a temporary server. The map
 * shows the entities that the two players receive, each for the surrounding area: entities outside both views are missing.
 * Ends on Ctrl-C, or after `--seconds N`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';
import { emitCommand, waitForEvent, post } from './client.mjs';
import { startDemoServer } from './server.mjs';
import { RandomStroll } from './random-stroll.mjs';
import { drawZone } from './zone-map.mjs';
import { DemoZonePicture } from './demo-zone-picture.mjs';

const BOTS = 30;
const CONNECT_CONCURRENCY = 6;
/** The output fits into a terminal of 80 by 24. */
const COLUMNS = 78;
/** The square of the starting village, and the yard with the monsters. */
const MAP_AREA = { x: 60, y: 79, width: 104, height: 42 };
/** A player in this area sees the whole yard. */
const SQUARE = { x: 94, y: 92, width: 24, height: 18 };
const FRAME_MS = 100;
const PLAIN_FRAME_MS = 1_000;
const ACT_MS = 700;
const EVENT_LINES = 2;
const ACTIONS = ['jump', 'bow', 'taunt', 'dance'];

const zone = JSON.parse(
  readFileSync(new URL('../../apps/server/zones/starting_village.json', import.meta.url), 'utf8'),
);
const { values } = parseArgs({ options: { seconds: { type: 'string' } } });
const seconds = values.seconds === undefined ? Infinity : Number(values.seconds);
const isTerminal = process.stdout.isTTY === true;
const recentEvents = [];
const randomOf = (list) => list[Math.floor(Math.random() * list.length)];

/** Connects a guest whose character walks about in the world. */
async function joinWorld(url, name, characterClass, within = MAP_AREA) {
  const { accessToken } = await post(url, '/api/auth/guest', {});
  const { id } = await post(url, '/api/characters', { name, class: characterClass }, accessToken);
  const socket = io(url, { transports: ['websocket'], auth: { token: accessToken } });
  const picture = new DemoZonePicture(socket);
  await waitForEvent(socket, 'system:sync');
  const { character, speed } = await emitCommand(socket, 'character:select', { characterId: id });
  return { id, name, socket, picture, stroll: new RandomStroll(socket, character, speed, within) };
}

async function connectBots(url) {
  const bots = [];
  while (bots.length < BOTS) {
    const names = Array.from({ length: CONNECT_CONCURRENCY }, (_, index) => botName(bots.length + index));
    bots.push(
      ...(await Promise.all(
        names.map((name) => joinWorld(url, name, randomOf(['warrior', 'mage', 'ranger', 'cleric']))),
      )),
    );
  }
  return bots;
}

/** Names consist of letters. `I` is left out because it looks like `l`, and no two names may look alike. */
const INITIALS = 'ABCDEFGHJKLMNOPQRSTUVWXYZ';

function botName(number) {
  return `Bot ${INITIALS[number % INITIALS.length]}${number < INITIALS.length ? 'lf' : 'da'}`;
}

function recordEvents({ socket, picture }) {
  const nameOf = (id) => picture.seen.get(id)?.name ?? picture.seen.get(id)?.kind ?? 'somebody';
  const record = (line) => recentEvents.push(line) > EVENT_LINES && recentEvents.shift();
  socket.on('character:acted', ({ id, action, targetId }) =>
    record(`${nameOf(id)}: ${action}${targetId ? ` → ${nameOf(targetId)}` : ''}`),
  );
  socket.on('zone:player_left', ({ id }) => record(`${nameOf(id)} has left`));
}

function drawFrame([anna, ben]) {
  const seen = new Map([...ben.picture.seen, ...anna.picture.seen]);
  const heroes = new Map([anna, ben].map(({ id, name }) => [id, name[0]]));
  const rank = ({ id, kind }) => (heroes.has(id) ? 2 : kind === undefined ? 1 : 0);
  const entities = [...seen.values()].sort((a, b) => rank(a) - rank(b));
  const sign = ({ id, kind }) =>
    heroes.has(id)
      ? { sign: heroes.get(id), kind: 'hero' }
      : kind === undefined
        ? { sign: 'o', kind: 'player' }
        : { sign: kind[0], kind: 'monster' };
  const monsters = entities.filter(({ kind }) => kind !== undefined).length;
  const { tick, batches, moves } = anna.picture;
  return [
    ...drawZone(zone, MAP_AREA, COLUMNS, entities, sign, { colours: isTerminal }),
    `${heroes.size} players (A, B), o ${entities.length - monsters - heroes.size} of ${BOTS} bots, ${monsters} monsters (r rats, s straw men)`,
    `tick ${tick}: ${anna.name} sees ${anna.picture.seen.size}, received ${moves} moves in ${batches} batches`,
    ...Array.from({ length: EVENT_LINES }, (_, index) => recentEvents[index] ?? ''),
  ];
}

/** Overwrites the last frame on a terminal; elsewhere prints the frames one below the other. */
function printFrame(lines) {
  process.stdout.write(
    isTerminal ? `\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J` : `${lines.join('\n')}\n`,
  );
}

async function play(url) {
  const players = [await joinWorld(url, 'Arwen', 'ranger', SQUARE), await joinWorld(url, 'Borin', 'warrior')];
  recordEvents(players[0]);
  const everybody = [...players, ...(await connectBots(url))];
  const actTimer = setInterval(() => {
    const target = randomOf([undefined, randomOf([...players[0].picture.seen.keys()])]);
    void randomOf(everybody).stroll.act(randomOf(ACTIONS), target);
  }, ACT_MS);
  if (isTerminal) {
    process.stdout.write('\x1b[?25l\x1b[2J');
    process.once('exit', () => process.stdout.write('\x1b[?25h'));
  }
  printFrame(drawFrame(players));
  const drawTimer = setInterval(() => printFrame(drawFrame(players)), isTerminal ? FRAME_MS : PLAIN_FRAME_MS);
  await new Promise((resolve) => {
    if (Number.isFinite(seconds)) setTimeout(resolve, seconds * 1_000);
  });
  clearInterval(drawTimer);
  clearInterval(actTimer);
  for (const { stroll, socket } of everybody) {
    stroll.stop();
    socket.disconnect();
  }
}

if (Number.isNaN(seconds)) throw new Error('--seconds must be a number');
// The default limits do not admit thirty guests from one address.
const server = await startDemoServer({ LIMITS: 'off' });
try {
  await play(server.url);
} catch (error) {
  process.exitCode = 1;
  console.error(`The demo failed: ${error.message}`);
} finally {
  await server.close();
}
process.exit();
