/** Two players meet: starts a server of its own and tells line by line what two stock Socket.IO clients live through. */
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { command, next, post } from './demo/client.mjs';
import { startDemoServer } from './demo/server.mjs';

const STEP_MS = 120;

const say = (who, what) => console.log(`${who.padEnd(8)} ${what}`);

async function enter(url, username, characterName, characterClass) {
  const account = { username, displayName: characterName, password: 'correct horse battery' };
  const session = await post(url, '/api/auth/register', account);
  say(username, `registers and gets an access token for ${session.expiresIn} s`);
  const character = await post(
    url,
    '/api/characters',
    { name: characterName, class: characterClass },
    session.accessToken,
  );
  say(username, `creates ${character.name}, a level ${character.level} ${character.class}`);
  const socket = io(url, { transports: ['websocket'], auth: { token: session.accessToken } });
  socket.on('connect_error', (error) => say(username, `is refused: ${error.data?.code ?? error.message}`));
  await next(socket, 'system:sync');
  say(username, `is connected as ${socket.id}`);
  return { name: username, id: session.user.id, character, socket };
}

async function select(player) {
  const state = next(player.socket, 'zone:state');
  const { zone, speed, character } = await command(player.socket, 'character:select', {
    characterId: player.character.id,
  });
  const names = (await state).players.map(({ name }) => name);
  say(player.name, `enters ${zone} at ${character.x}, ${character.y}; there: ${names.join(', ')}`);
  return { ...player, speed, x: character.x, y: character.y };
}

async function walk(player, watcher, steps) {
  const arrived = next(watcher.socket, 'zone:moves', ({ moves }) =>
    moves.some(([id, x]) => id === player.character.id && x >= player.x + steps * 0.4 - 0.01),
  );
  for (let seq = 1; seq <= steps; seq++) {
    await delay(STEP_MS);
    player.socket.emit('character:move', { seq, x: player.x + seq * 0.4, y: player.y, facing: 0 });
  }
  const { tick } = await arrived;
  say(player.name, `walks ${steps} steps east`);
  say(watcher.name, `sees ${player.character.name} arrive (tick ${tick})`);
}

async function cheat(player) {
  const corrected = next(player.socket, 'character:correction');
  player.socket.emit('character:move', { seq: 1000, x: player.x + 80, y: player.y });
  const { reason, x, y } = await corrected;
  say(player.name, `tries to jump 80 units: refused (${reason}), put back at ${x.toFixed(1)}, ${y.toFixed(1)}`);
}

async function talk(from, to) {
  const heard = next(to.socket, 'chat:message');
  await command(from.socket, 'chat:message', { channel: 'zone', text: 'Well met! Is the road north safe?' });
  say(from.name, `says in the zone: ${(await heard).text}`);
  const whispered = next(from.socket, 'chat:whisper', ({ to: receiver }) => receiver.userId === from.id);
  await command(to.socket, 'chat:whisper', { toUserId: from.id, text: 'Wolves. Stay near the fence.' });
  say(to.name, `whispers: ${(await whispered).text}`);
}

async function story(url) {
  const anna = await select(await enter(url, 'anna', 'Arwen', 'ranger'));
  const joined = next(anna.socket, 'zone:player_joined');
  const ben = await select(await enter(url, 'ben', 'Borin', 'warrior'));
  say('anna', `sees ${(await joined).player.name} appear`);
  await command(anna.socket, 'presence:subscribe', { userIds: [ben.id] });
  await walk(ben, anna, 5);
  await cheat(ben);
  await talk(anna, ben);
  const left = next(anna.socket, 'zone:player_left');
  const offline = next(anna.socket, 'player:offline');
  ben.socket.disconnect();
  say('ben', 'leaves');
  await left;
  say('anna', 'sees Borin vanish');
  say('anna', `is told that ${(await offline).username} is offline`);
  anna.socket.disconnect();
  say('anna', 'leaves too');
}

say('server', 'starts, with a PostgreSQL of its own');
const server = await startDemoServer();
try {
  say('server', `is ready at ${server.url}`);
  await story(server.url);
} catch (error) {
  process.exitCode = 1;
  say('demo', `failed: ${error.message}`);
} finally {
  await server.close();
  say('server', 'has stopped, and PostgreSQL with it');
}
process.exit();
