// Pairs of guests who fight long duels: each defends in its own turn, so that no duel ends before its hundredth round.
import { randomUUID } from 'node:crypto';
import { Client } from './clients/socketio.mjs';
import { runConcurrently } from './concurrency.mjs';
import { LatencySamples } from './latency-samples.mjs';

const CONCURRENCY = 20;
const CLASSES = ['warrior', 'mage', 'ranger', 'cleric'];

export class Duellists {
  acted = 0;
  latencies = new LatencySamples();
  #duels = [];
  #generation = 0;

  static async connect(url, pairs) {
    const duellists = new Duellists();
    await runConcurrently(pairs, CONCURRENCY, async (index) => {
      const [one, other] = [await join(url, 2 * index), await join(url, 2 * index + 1)];
      const duel = await begin(one, other);
      // Connected again without their characters, so that the world costs nothing.
      for (const player of duel.players) await reconnect(url, player);
      duellists.#duels.push(duel);
    });
    return duellists;
  }

  /** Closed loop: in this many duels at once, the next action follows the ack of the last one; duels take turns. */
  saturate(inFlight) {
    const generation = ++this.#generation;
    let next = 0;
    const loop = async () => {
      while (this.#generation === generation)
        await this.#act(this.#duels[next++ % this.#duels.length], performance.now());
    };
    for (let count = 0; count < inFlight; count++) void loop();
  }

  /** Open loop: acts at this rate, one duel after the other. Latencies count from the scheduled time. */
  pace(perSecond) {
    const generation = ++this.#generation;
    const beganAt = performance.now();
    let due = 0;
    const tick = () => {
      if (this.#generation !== generation) return;
      const until = Math.floor(((performance.now() - beganAt) * perSecond) / 1_000);
      for (; due < until; due++)
        void this.#act(this.#duels[due % this.#duels.length], beganAt + (due * 1_000) / perSecond);
      setTimeout(tick, 1);
    };
    tick();
  }

  drop() {
    this.#generation++;
    for (const { players } of this.#duels) for (const { client } of players) client.drop();
  }

  async #act(duel, dueAt) {
    // An action in flight decides whose turn is next.
    if (duel.isActing) return;
    duel.isActing = true;
    const player = duel.players.find(({ characterId }) => characterId === duel.actorId);
    const action = { sessionId: duel.sessionId, actionId: randomUUID(), type: 'defend' };
    const answer = await player.client.send('combat:action', action);
    const { request } = answer.error?.details ?? {};
    if (request) {
      // The player had missed the turn, while the duels were being prepared.
      Object.assign(duel, { actorId: request.participantId, isActing: false });
      return;
    }
    if (!answer.success) throw new Error(`refused: ${JSON.stringify(answer)}`);
    this.acted++;
    this.latencies.add(performance.now() - dueAt);
    duel.actorId = answer.entries.findLast(({ type }) => type === 'turn')?.actorId;
    duel.isActing = false;
  }
}

async function join(url, index) {
  const { accessToken } = await post(url, '/api/auth/guest', {});
  const body = { name: `Duellist ${letters(index)}`, class: CLASSES[index % CLASSES.length] };
  const { id: characterId } = await post(url, '/api/characters', body, accessToken);
  const player = { accessToken, characterId };
  await reconnect(url, player);
  await succeed(player.client, 'character:select', { characterId });
  return player;
}

async function reconnect(url, player) {
  if (player.client) {
    player.client.onEnd = () => undefined;
    player.client.drop();
  }
  player.client = await Client.connect(url, 0, { token: player.accessToken });
  player.client.onEnd = (error) => {
    throw error;
  };
}

async function begin(one, other) {
  const challenge = { targetIds: [other.characterId], spectators: 'off' };
  const { sessionId } = await succeed(one.client, 'combat:start', challenge);
  const { request } = await succeed(other.client, 'combat:accept', { sessionId });
  return { players: [one, other], sessionId, actorId: request.participantId, isActing: false };
}

async function succeed(client, command, payload) {
  const answer = await client.send(command, payload);
  if (!answer.success) throw new Error(`${command} was refused: ${JSON.stringify(answer)}`);
  return answer;
}

async function post(url, path, body, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} failed: ${await response.text()}`);
  return response.json();
}

/** Names have no digits. */
const letters = (number) => [...String(number)].map((digit) => 'abcdefghij'[digit]).join('');
