/**
 * A zone as a small map that redraws: two players, thirty bots and the monsters, over real sockets against a server of its
 * own. What is drawn is what the two players are told, each of the part around: whom neither sees is missing. Ends with
 * Ctrl-C, or by itself after `--seconds N`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { io } from 'socket.io-client';
import { command, next, post } from './demo/client.mjs';
import { startDemoServer } from './demo/server.mjs';
import { Stroll } from './demo/stroll.mjs';
import { drawZone } from './demo/zone-map.mjs';
import { ZonePicture } from './demo/zone-picture.mjs';

const BOTS = 30;
const AT_ONCE = 6;
/** All of it fits into a terminal of 80 by 24. */
const COLUMNS = 78;
/** The square of the starting village, and the yard in which monsters are. */
const PART = { x: 60, y: 79, width: 104, height: 42 };
/** Who stays here sees all of the yard. */
const SQUARE = { x: 94, y: 92, width: 24, height: 18 };
const FRAME_MS = 100;
const PLAIN_FRAME_MS = 1_000;
const ACT_MS = 700;
const NEWS = 2;
const ACTIONS = ['jump', 'bow', 'taunt', 'dance'];

const zone = JSON.parse(readFileSync(new URL('../apps/server/zones/starting_village.json', import.meta.url), 'utf8'));
const { values } = parseArgs({ options: { seconds: { type: 'string' } } });
const seconds = values.seconds === undefined ? Infinity : Number(values.seconds);
const live = process.stdout.isTTY === true;
const news = [];
const any = (list) => list[Math.floor(Math.random() * list.length)];

/** A guest with a character in the world that walks about. */
async function enter(url, name, characterClass, within = PART) {
  const { accessToken } = await post(url, '/api/auth/guest', {});
  const { id } = await post(url, '/api/characters', { name, class: characterClass }, accessToken);
  const socket = io(url, { transports: ['websocket'], auth: { token: accessToken } });
  const picture = new ZonePicture(socket);
  await next(socket, 'system:sync');
  const { character, speed } = await command(socket, 'character:select', { characterId: id });
  return { id, name, socket, picture, stroll: new Stroll(socket, character, speed, within) };
}

async function enterBots(url) {
  const bots = [];
  while (bots.length < BOTS) {
    const names = Array.from({ length: AT_ONCE }, (_, index) => botName(bots.length + index));
    bots.push(
      ...(await Promise.all(names.map((name) => enter(url, name, any(['warrior', 'mage', 'ranger', 'cleric']))))),
    );
  }
  return bots;
}

/** Letters only, as names must be, and without the I, which looks like an l: no two names may look alike. */
const INITIALS = 'ABCDEFGHJKLMNOPQRSTUVWXYZ';

function botName(number) {
  return `Bot ${INITIALS[number % INITIALS.length]}${number < INITIALS.length ? 'lf' : 'da'}`;
}

function tellNews({ socket, picture }) {
  const nameOf = (id) => picture.seen.get(id)?.name ?? picture.seen.get(id)?.kind ?? 'somebody';
  const tell = (line) => news.push(line) > NEWS && news.shift();
  socket.on('character:acted', ({ id, action, targetId }) =>
    tell(`${nameOf(id)}: ${action}${targetId ? ` → ${nameOf(targetId)}` : ''}`),
  );
  socket.on('zone:player_left', ({ id }) => tell(`${nameOf(id)} has left`));
}

function draw([anna, ben]) {
  const seen = new Map([...ben.picture.seen, ...anna.picture.seen]);
  const heroes = new Map([anna, ben].map(({ id, name }) => [id, name[0]]));
  const rank = ({ id, kind }) => (heroes.has(id) ? 2 : kind === undefined ? 1 : 0);
  const entities = [...seen.values()].sort((one, other) => rank(one) - rank(other));
  const sign = ({ id, kind }) =>
    heroes.has(id)
      ? { sign: heroes.get(id), kind: 'hero' }
      : kind === undefined
        ? { sign: 'o', kind: 'player' }
        : { sign: kind[0], kind: 'monster' };
  const monsters = entities.filter(({ kind }) => kind !== undefined).length;
  const { tick, batches, moves } = anna.picture;
  return [
    ...drawZone(zone, PART, COLUMNS, entities, sign, { colours: live }),
    `${heroes.size} players (A, B), o ${entities.length - monsters - heroes.size} of ${BOTS} bots, ${monsters} monsters (r rats, s straw men)`,
    `tick ${tick}: ${anna.name} sees ${anna.picture.seen.size}, and was told ${moves} moves in ${batches} batches`,
    ...Array.from({ length: NEWS }, (_, index) => news[index] ?? ''),
  ];
}

/** Over the last frame on a terminal, one below the other elsewhere. */
function show(lines) {
  process.stdout.write(
    live ? `\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J` : `${lines.join('\n')}\n`,
  );
}

async function play(url) {
  const players = [await enter(url, 'Arwen', 'ranger', SQUARE), await enter(url, 'Borin', 'warrior')];
  tellNews(players[0]);
  const everybody = [...players, ...(await enterBots(url))];
  const doing = setInterval(() => {
    const target = any([undefined, any([...players[0].picture.seen.keys()])]);
    void any(everybody).stroll.act(any(ACTIONS), target);
  }, ACT_MS);
  if (live) {
    process.stdout.write('\x1b[?25l\x1b[2J');
    process.once('exit', () => process.stdout.write('\x1b[?25h'));
  }
  show(draw(players));
  const drawing = setInterval(() => show(draw(players)), live ? FRAME_MS : PLAIN_FRAME_MS);
  await new Promise((resolve) => {
    if (Number.isFinite(seconds)) setTimeout(resolve, seconds * 1_000);
  });
  clearInterval(drawing);
  clearInterval(doing);
  for (const { stroll, socket } of everybody) {
    stroll.stop();
    socket.disconnect();
  }
}

if (Number.isNaN(seconds)) throw new Error('--seconds takes a number');
// Thirty guests from one address are more than a server lets in by itself.
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
