/** A demo of two players: starts a temporary server, and prints line by line what two stock Socket.IO clients do and receive. */
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { emitCommand, waitForEvent, post } from './client.mjs';
import { runOnDemoServer } from './server.mjs';

const STEP_MS = 120;

const printLine = (who, what) => console.log(`${who.padEnd(8)} ${what}`);

async function joinWorld(url, username, characterName, characterClass) {
  const account = { username, displayName: characterName, password: 'correct horse battery' };
  const session = await post(url, '/api/auth/register', account);
  printLine(username, `registers and gets an access token for ${session.expiresIn} s`);
  const character = await post(
    url,
    '/api/characters',
    { name: characterName, class: characterClass },
    session.accessToken,
  );
  printLine(username, `creates ${character.name}, a level ${character.level} ${character.class}`);
  const socket = io(url, { transports: ['websocket'], auth: { token: session.accessToken } });
  socket.on('connect_error', (error) => printLine(username, `is refused: ${error.data?.code ?? error.message}`));
  await waitForEvent(socket, 'system:sync');
  printLine(username, `is connected as ${socket.id}`);
  return { name: username, id: session.user.id, character, socket };
}

async function select(player) {
  const state = waitForEvent(player.socket, 'zone:state');
  const { zone, speed, character } = await emitCommand(player.socket, 'character:select', {
    characterId: player.character.id,
  });
  const names = (await state).players.map(({ name }) => name);
  printLine(player.name, `enters ${zone} at ${character.x}, ${character.y}; there: ${names.join(', ')}`);
  return { ...player, speed, x: character.x, y: character.y };
}

async function walk(player, watcher, steps) {
  const arrived = waitForEvent(watcher.socket, 'zone:moves', ({ moves }) =>
    moves.some(([id, x]) => id === player.character.id && x >= player.x + steps * 0.4 - 0.01),
  );
  for (let seq = 1; seq <= steps; seq++) {
    await delay(STEP_MS);
    player.socket.emit('character:move', { seq, x: player.x + seq * 0.4, y: player.y, facing: 0 });
  }
  const { tick } = await arrived;
  printLine(player.name, `walks ${steps} steps east`);
  printLine(watcher.name, `sees ${player.character.name} arrive (tick ${tick})`);
}

async function teleport(player) {
  const corrected = waitForEvent(player.socket, 'character:correction');
  player.socket.emit('character:move', { seq: 1000, x: player.x + 80, y: player.y });
  const { reason, x, y } = await corrected;
  printLine(player.name, `tries to jump 80 units: refused (${reason}), put back at ${x.toFixed(1)}, ${y.toFixed(1)}`);
}

async function talk(from, to) {
  const received = waitForEvent(to.socket, 'chat:message');
  await emitCommand(from.socket, 'chat:message', { channel: 'zone', text: 'Well met! Is the road north safe?' });
  printLine(from.name, `says in the zone: ${(await received).text}`);
  const whispered = waitForEvent(from.socket, 'chat:whisper', ({ to: receiver }) => receiver.userId === from.id);
  await emitCommand(to.socket, 'chat:whisper', { toUserId: from.id, text: 'Wolves. Stay near the fence.' });
  printLine(to.name, `whispers: ${(await whispered).text}`);
}

async function runDemo(url) {
  const anna = await select(await joinWorld(url, 'anna', 'Arwen', 'ranger'));
  const joined = waitForEvent(anna.socket, 'zone:player_joined');
  const ben = await select(await joinWorld(url, 'ben', 'Borin', 'warrior'));
  printLine('anna', `sees ${(await joined).player.name} appear`);
  await emitCommand(anna.socket, 'presence:subscribe', { userIds: [ben.id] });
  await walk(ben, anna, 5);
  await teleport(ben);
  await talk(anna, ben);
  const left = waitForEvent(anna.socket, 'zone:player_left');
  const offline = waitForEvent(anna.socket, 'player:offline');
  ben.socket.disconnect();
  printLine('ben', 'leaves');
  await left;
  printLine('anna', 'sees Borin vanish');
  printLine('anna', `receives that ${(await offline).username} is offline`);
  anna.socket.disconnect();
  printLine('anna', 'leaves too');
}

await runOnDemoServer(runDemo, printLine);
