/**
 * A demo of a fight: two players fight a rat together while a spectator watches, over real sockets against a temporary server.
 * Prints each entry of the log, and verifies the fight at its end.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { digests } from '../combat-digests.mjs';
import { verifyHistory } from '../combat-verifier.mjs';
import { describeEntry } from './fight-entries.mjs';
import { emitCommand, post, waitForEvent } from './client.mjs';
import { runOnDemoServer } from './server.mjs';

const STEP_MS = 110;
const STRIDE = 0.5;
/** In the yard of the starting village, behind the opening of its fence. */
const YARD = { x: 134, y: 100 };
/** Shortens the pauses that a client would make to show each entry. */
const PACE = 0.25;

const printLine = (who, what) => console.log(`${who.padEnd(9)} ${what}`);

async function connect(url, name) {
  const { accessToken } = await post(url, '/api/auth/guest', { name });
  const socket = io(url, { transports: ['websocket'], auth: { token: accessToken } });
  const { combat } = await waitForEvent(socket, 'system:sync');
  return { name, accessToken, socket, commitment: combat.commitment };
}

async function play(url, name, characterClass) {
  const player = await connect(url, name);
  const { id } = await post(url, '/api/characters', { name, class: characterClass }, player.accessToken);
  const { character } = await emitCommand(player.socket, 'character:select', { characterId: id });
  printLine(name, `plays a level ${character.level} ${character.class}, and walks to the training yard …`);
  for (let { x, y } = character, seq = 1; x < YARD.x; seq++) {
    x = Math.min(x + STRIDE, YARD.x);
    await delay(STEP_MS);
    const { accepted } = await emitCommand(player.socket, 'character:move', { seq, x, y, facing: 0 });
    if (!accepted) x -= STRIDE;
  }
  return { ...player, characterId: id };
}

/** Starts a fight against the first rat in reach. */
async function startFight(player) {
  const clientSeed = randomBytes(16).toString('hex');
  for (let rat = 1; rat <= 6; rat++) {
    const start = { monsterId: `starting_village:yard_rats:${rat}`, clientSeed, commitment: player.commitment };
    const answer = await player.socket.emitWithAck('combat:start', start);
    if (answer.success) return answer;
  }
  throw new Error('no rat was in reach');
}

/**
 * Answers each request for an action from `start` on: with a skill where there is one, else with an attack. A request may be
 * repeated.
 */
function answerRequests({ socket, characterId }, start) {
  let answered = 0;
  socket.on('combat:turn', async ({ sessionId, turn, participantId, legal }) => {
    if (participantId !== characterId || turn === answered) return;
    answered = turn;
    await start;
    const { type, skillId } = legal.find(({ type }) => type === 'skill') ?? legal[0];
    const action = { sessionId, actionId: randomUUID(), turn, type, ...(skillId && { skillId }) };
    await emitCommand(socket, 'combat:action', action).catch((error) => printLine('demo', error.message));
  });
}

async function showEntries({ socket }, names, sessionId) {
  for (let after = 0, isOver = false; !isOver;) {
    const history = await emitCommand(socket, 'combat:history', { sessionId, after });
    for (const entry of history.entries) {
      const text = describeEntry(entry, names);
      if (text) printLine('the yard', text);
      await delay(entry.delayMs * PACE);
    }
    isOver = history.outcome !== null && history.next === null;
    after = history.entries.at(-1)?.seq ?? after;
    if (!isOver) await delay(100);
  }
}

async function runDemo(url) {
  const [anna, ben] = await Promise.all([play(url, 'Arwen', 'ranger'), play(url, 'Borin', 'warrior')]);
  const carla = await connect(url, 'Carla');
  let startActing;
  const start = new Promise((resolve) => (startActing = resolve));
  for (const player of [anna, ben]) answerRequests(player, start);
  printLine('server', `has committed itself to its seed: ${anna.commitment.slice(0, 16)}…`);
  const ended = [anna, carla].map(({ socket }) => waitForEvent(socket, 'combat:ended', () => true, 120_000));
  const { sessionId, state } = await startFight(anna);
  printLine('Arwen', `attacks a ${state.participants[1].name}`);
  await emitCommand(ben.socket, 'combat:join', { sessionId }).then(
    () => printLine('Borin', 'joins the fight'),
    (error) => printLine('Borin', `is too late: ${error.message}`),
  );
  let seen = 0;
  carla.socket.on('combat:action_result', ({ entries }) => (seen += entries.length));
  await emitCommand(carla.socket, 'combat:spectate', { sessionId });
  startActing();
  const names = new Map(
    [...state.participants, { id: ben.characterId, name: 'Borin' }].map(({ id, name }) => [id, name]),
  );
  await showEntries(anna, names, sessionId);
  const [{ outcome, rewards, serverSeed }] = await Promise.all(ended);
  printLine('Carla', `has watched: ${seen} entries`);
  for (const [id, { experience, items }] of Object.entries(rewards))
    printLine(names.get(id), `gets ${experience} experience and ${Object.keys(items).join(', ') || 'no loot'}`);
  printLine('server', `ends the fight (${outcome.result}), and reveals its seed: ${serverSeed.slice(0, 16)}…`);
  await verify(anna, sessionId);
  for (const { socket } of [anna, ben, carla]) socket.disconnect();
}

async function verify({ socket }, sessionId) {
  const rules = createRequire(import.meta.url)('../../dist/libs/combat-rules/src/index.js');
  const checks = verifyHistory([await emitCommand(socket, 'combat:history', { sessionId })], rules, digests);
  const wrong = checks.filter(({ problem }) => problem !== undefined);
  printLine('verifier', wrong.length === 0 ? 'every roll is as it must be' : `found: ${JSON.stringify(wrong)}`);
  if (wrong.length > 0) process.exitCode = 1;
}

await runOnDemoServer(runDemo, printLine);
